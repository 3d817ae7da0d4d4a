//! How a key is composed.

mod error;
mod parse;

pub use error::TemplateError;

use crate::{Delimiter, Naming, Path, Place, encode_value, segment};
use std::fmt::Write;
use std::str::FromStr;

/// The default of `object.key.template`: the keys of the Confluent sink.
pub const DEFAULT_KEY_TEMPLATE: &str = "{topics.dir}/{topic}/{path}/{topic}+{partition}+{offset}{extension}";

/// A parsed `object.key.template`.
///
/// Invariant: `{topic}` is in it, `{partition}` and `{offset}` are in the last segment and can be told from
/// what stands beside them, `{extension}` is in it once at most, in the last segment, and no key that is composed by it has a segment that is
/// empty, `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTemplate {
    pieces: Vec<Piece>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands in every key.
    Literal(String),
    /// `{topics.dir}` with what stands between it and the rest: both are left out where the directory is
    /// empty.
    Directory {
        /// What stands behind the directory.
        separator: String,
    },
    /// `{cluster}`
    Cluster,
    /// `{topic}`
    Topic,
    /// `{path}`
    Path,
    /// `{partition}`
    Partition,
    /// `{offset}`
    Offset,
    /// `{extension}`
    Extension,
}

impl KeyTemplate {
    /// The default template with `directory.delim` for its `/` and `file.delim` for its `+`.
    ///
    /// # Errors
    ///
    /// Where the name of the file could not be told from its directory, or its numbers from each other.
    pub fn with_delimiters(directory: &Delimiter, file: &Delimiter) -> Result<Self, TemplateError> {
        let between_directories = || Piece::Literal(directory.as_str().to_owned());
        let between_names = || Piece::Literal(file.as_str().to_owned());
        Self::validate(vec![
            Piece::Directory { separator: directory.as_str().to_owned() },
            Piece::Topic,
            between_directories(),
            Piece::Path,
            between_directories(),
            Piece::Topic,
            between_names(),
            Piece::Partition,
            between_names(),
            Piece::Offset,
            Piece::Extension,
        ])
    }

    /// The pieces in the order of the key.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether a key depends on the name of the cluster.
    pub fn uses_cluster(&self) -> bool {
        self.pieces.contains(&Piece::Cluster)
    }

    /// The template of quarantined records, where data has this one.
    pub(crate) fn quarantine(&self) -> Self {
        let slash = || Piece::Literal("/".to_owned());
        let plus = || Piece::Literal("+".to_owned());
        let mut pieces = vec![Piece::Directory { separator: "/".to_owned() }];
        if self.uses_cluster() {
            pieces.extend([Piece::Cluster, slash()]);
        }
        pieces.extend([Piece::Topic, Piece::Literal("/partition=".to_owned()), Piece::Partition, slash()]);
        pieces.extend([Piece::Topic, plus(), Piece::Partition, plus(), Piece::Offset, Piece::Extension]);
        Self { pieces }
    }

    pub(crate) fn compose(&self, naming: &Naming, place: &Place<'_>, offset: i64) -> String {
        let mut key = String::with_capacity(128);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => key.push_str(text),
                Piece::Directory { .. } if naming.directory.is_empty() => {}
                Piece::Directory { separator } => {
                    key.push_str(&naming.directory);
                    key.push_str(separator);
                }
                Piece::Cluster => key.push_str(&encode_value(place.cluster)),
                Piece::Topic => key.push_str(&encode_value(place.topic)),
                Piece::Path => key.push_str(place.path.as_str()),
                Piece::Partition => write!(key, "{}", place.partition).expect("a String takes all text"),
                Piece::Offset => {
                    let width = naming.offset_pad_width;
                    write!(key, "{offset:0width$}").expect("a String takes all text");
                }
                Piece::Extension => key.push_str(&naming.extension),
            }
        }
        key
    }

    fn validate(pieces: Vec<Piece>) -> Result<Self, TemplateError> {
        if !pieces.contains(&Piece::Topic) {
            return Err(TemplateError::NoTopic);
        }
        let before_file_name = pieces.iter().rposition(Piece::may_hold_slash);
        let file_name = &pieces[before_file_name.map_or(0, |index| index + 1)..];
        for (piece, placeholder) in [(Piece::Partition, "{partition}"), (Piece::Offset, "{offset}")] {
            if !file_name.contains(&piece) {
                return Err(TemplateError::NotInFileName { placeholder });
            }
        }
        let extensions = |pieces: &[Piece]| pieces.iter().filter(|piece| **piece == Piece::Extension).count();
        if extensions(&pieces) > 1 || extensions(file_name) != extensions(&pieces) {
            return Err(TemplateError::ExtensionMisplaced);
        }
        if let Some(placeholder) = number_that_runs_together(&pieces) {
            return Err(TemplateError::NumberRunsTogether { placeholder });
        }
        let template = Self { pieces };
        if !template.makes_safe_keys() {
            return Err(TemplateError::UnsafeSegment);
        }
        Ok(template)
    }

    /// Tries it with samples: values are never unsafe, so what a template does wrong shows with any.
    fn makes_safe_keys(&self) -> bool {
        let path = Path::of_partition(0);
        let place = Place { cluster: "c", topic: "t", partition: 0, path: &path };
        ["", "d"].into_iter().all(|directory| {
            let naming = Naming {
                template: self.clone(),
                directory: directory.to_owned(),
                offset_pad_width: 1,
                extension: ".x".to_owned(),
            };
            segment::is_safe(&naming.key(&place, 0))
        })
    }
}

impl Default for KeyTemplate {
    /// [`DEFAULT_KEY_TEMPLATE`].
    fn default() -> Self {
        Self::with_delimiters(&Delimiter::directory(), &Delimiter::file()).expect("the default is a template")
    }
}

impl FromStr for KeyTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::validate(parse::pieces(text)?)
    }
}

impl Piece {
    fn may_hold_slash(&self) -> bool {
        match self {
            Self::Literal(text) => text.contains('/'),
            Self::Directory { .. } | Self::Path => true,
            Self::Cluster | Self::Topic | Self::Partition | Self::Offset | Self::Extension => false,
        }
    }

    /// Whether it differs from key to key of one function.
    fn is_value(&self) -> bool {
        match self {
            Self::Literal(_) | Self::Directory { .. } | Self::Extension => false,
            Self::Cluster | Self::Topic | Self::Path | Self::Partition | Self::Offset => true,
        }
    }
}

/// The number that has no text other than digits between itself and another value.
///
/// Partition 1 at offset 12345678901 and partition 11 at offset 2345678901 would get one key.
fn number_that_runs_together(pieces: &[Piece]) -> Option<&'static str> {
    let values = pieces.iter().enumerate().filter(|(_, piece)| piece.is_value());
    let neighbours = values.clone().zip(values.skip(1));
    for ((left, first), (right, second)) in neighbours {
        let is_told_apart = pieces[left + 1..right].iter().any(|between| match between {
            Piece::Literal(text) => text.contains(|character: char| !character.is_ascii_digit()),
            _ => true,
        });
        if is_told_apart {
            continue;
        }
        for (number, placeholder) in [(Piece::Partition, "{partition}"), (Piece::Offset, "{offset}")] {
            if *first == number || *second == number {
                return Some(placeholder);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
