//! A key, read back.

use crate::{Naming, Path, Piece, Place, encode_value};

/// Most readings of one key that are looked for: whoever asks only wants to know whether there are several.
const MAX_READINGS: usize = 16;

/// Longest name of a topic: Kafka's `Topic.MAX_NAME_LENGTH`.
/// <https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/internals/Topic.java>
const MAX_TOPIC_CHARACTERS: usize = 249;

/// What a key says of its object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyParts {
    /// The cluster's name, where the template has it.
    pub cluster: Option<String>,
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// What the partitioner made, where the template has it.
    pub path: Option<Path>,
    /// The offset of the first record.
    pub offset: i64,
    /// With its dot; empty where the template has none.
    pub extension: String,
}

/// A key can't be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadKeyError {
    /// No object of ours is called so.
    #[error("no object is called {key} by these settings")]
    NotOurs {
        /// The key.
        key: String,
    },
    /// Objects of several places would be called so.
    #[error("{key} may be the object of {}", list(readings))]
    Ambiguous {
        /// The key.
        key: String,
        /// What it may mean, each of them.
        readings: Vec<KeyParts>,
    },
}

impl KeyParts {
    /// The key that these parts make up: what they were read from, where `naming` is what read them.
    pub fn key(&self, naming: &Naming) -> String {
        self.key_at(naming, self.offset)
    }

    /// The key of the object of the same place that starts at another offset.
    pub fn key_at(&self, naming: &Naming, offset: i64) -> String {
        // A template without a path takes any.
        let any = Path::of_partition(self.partition);
        let place = Place {
            cluster: self.cluster.as_deref().unwrap_or_default(),
            topic: &self.topic,
            partition: self.partition,
            path: self.path.as_ref().unwrap_or(&any),
        };
        Naming { extension: self.extension.clone(), ..naming.clone() }.key(&place, offset)
    }
}

impl Naming {
    /// Reads a key back: the inverse of [`Naming::key`].
    ///
    /// The object may end with any of `extensions`, whatever [`Naming::extension`] is: settings of compression
    /// change, and objects stay. Topics are such as Kafka allows.
    ///
    /// # Errors
    ///
    /// When no object is called so, or when objects of several places would be.
    pub fn read(&self, key: &str, extensions: &[&str]) -> Result<KeyParts, ReadKeyError> {
        let mut readings = self.readings(key, extensions);
        match readings.len() {
            0 => Err(ReadKeyError::NotOurs { key: key.to_owned() }),
            1 => Ok(readings.remove(0)),
            _ => Err(ReadKeyError::Ambiguous { key: key.to_owned(), readings }),
        }
    }

    /// All that a key may mean, for who knows more than the template.
    ///
    /// Only a template that leaves open where a topic, a path or a cluster ends has keys of several meanings, such
    /// as `{topic}-{path}/{partition}+{offset}`.
    pub fn readings(&self, key: &str, extensions: &[&str]) -> Vec<KeyParts> {
        let mut search = Search { naming: self, extensions, found: Vec::new() };
        search.go_on(self.template.pieces(), key, Slices::default());
        search.found
    }

    /// What every key starts with.
    pub fn common_prefix(&self) -> String {
        let mut prefix = String::new();
        for piece in self.template.pieces() {
            match piece {
                Piece::Literal(text) => prefix.push_str(text),
                Piece::Directory { .. } if self.directory.is_empty() => {}
                Piece::Directory { separator } => {
                    prefix.push_str(&self.directory);
                    prefix.push_str(separator);
                }
                _ => break,
            }
        }
        prefix
    }
}

/// A search for the meanings of a key: value by value, at every length that a value may have.
struct Search<'a> {
    naming: &'a Naming,
    extensions: &'a [&'a str],
    found: Vec<KeyParts>,
}

/// The parts of a key that are read so far.
#[derive(Debug, Clone, Copy, Default)]
struct Slices<'k> {
    cluster: Option<&'k str>,
    topic: Option<&'k str>,
    path: Option<&'k str>,
    partition: Option<&'k str>,
    offset: Option<&'k str>,
    extension: &'k str,
}

impl<'a> Search<'a> {
    fn go_on<'k>(&mut self, pieces: &[Piece], rest: &'k str, read: Slices<'k>)
    where
        'a: 'k,
    {
        if self.found.len() == MAX_READINGS {
            return;
        }
        let Some((piece, pieces)) = pieces.split_first() else {
            if rest.is_empty() {
                self.found.extend(read.parts());
            }
            return;
        };
        match piece {
            Piece::Literal(text) => self.go_on_behind(text, pieces, rest, read),
            Piece::Directory { .. } if self.naming.directory.is_empty() => self.go_on(pieces, rest, read),
            Piece::Directory { separator } => {
                if let Some(rest) = rest.strip_prefix(self.naming.directory.as_str()) {
                    self.go_on_behind(separator, pieces, rest, read);
                }
            }
            Piece::Extension => {
                for extension in self.extensions {
                    self.go_on_behind(extension, pieces, rest, Slices { extension, ..read });
                }
            }
            value => match read.get(value) {
                Some(text) => self.go_on_behind(text, pieces, rest, read),
                None => {
                    for end in ends(value, rest, self.naming.offset_pad_width) {
                        self.go_on(pieces, &rest[end..], read.with(value, &rest[..end]));
                    }
                }
            },
        }
    }

    fn go_on_behind<'k>(&mut self, text: &str, pieces: &[Piece], rest: &'k str, read: Slices<'k>)
    where
        'a: 'k,
    {
        if let Some(rest) = rest.strip_prefix(text) {
            self.go_on(pieces, rest, read);
        }
    }
}

impl<'k> Slices<'k> {
    /// A value that has stood in the key before.
    fn get(&self, value: &Piece) -> Option<&'k str> {
        match value {
            Piece::Cluster => self.cluster,
            Piece::Topic => self.topic,
            Piece::Path => self.path,
            Piece::Partition => self.partition,
            Piece::Offset => self.offset,
            Piece::Literal(_) | Piece::Directory { .. } | Piece::Extension => None,
        }
    }

    fn with(mut self, value: &Piece, text: &'k str) -> Self {
        match value {
            Piece::Cluster => self.cluster = Some(text),
            Piece::Topic => self.topic = Some(text),
            Piece::Path => self.path = Some(text),
            Piece::Partition => self.partition = Some(text),
            Piece::Offset => self.offset = Some(text),
            Piece::Literal(_) | Piece::Directory { .. } | Piece::Extension => {}
        }
        self
    }

    /// The parts as values, if that is what they are.
    fn parts(self) -> Option<KeyParts> {
        let cluster = match self.cluster {
            Some(text) => Some(decode_value(text)?),
            None => None,
        };
        let path = match self.path {
            Some(text) => Some(Path::try_from(text.to_owned()).ok()?),
            None => None,
        };
        let topic = self.topic.filter(|topic| !matches!(*topic, "." | ".."))?.to_owned();
        let (partition, offset) = (self.partition?.parse().ok()?, self.offset?.parse().ok()?);
        Some(KeyParts { cluster, topic, partition, path, offset, extension: self.extension.to_owned() })
    }
}

/// Where a value at the start of a text may end.
fn ends(value: &Piece, text: &str, offset_pad_width: usize) -> Vec<usize> {
    let digits = || text.bytes().take_while(u8::is_ascii_digit).count();
    match value {
        Piece::Topic => {
            let legal = text.bytes().take_while(|byte| is_legal_in_topic(*byte)).count();
            (1..=legal.min(MAX_TOPIC_CHARACTERS)).collect()
        }
        Piece::Cluster => {
            let segment = text.find('/').unwrap_or(text.len());
            (1..=segment).filter(|end| text.is_char_boundary(*end)).collect()
        }
        Piece::Path => (1..=text.len()).filter(|end| text.is_char_boundary(*end)).collect(),
        Piece::Partition => (1..=digits()).filter(|end| *end == 1 || !text.starts_with('0')).collect(),
        Piece::Offset => {
            let least = offset_pad_width.max(1);
            // Only what is padded starts with a zero.
            (least..=digits()).filter(|end| *end == least || !text.starts_with('0')).collect()
        }
        Piece::Literal(_) | Piece::Directory { .. } | Piece::Extension => Vec::new(),
    }
}

/// Kafka's `Topic.LEGAL_CHARS`.
fn is_legal_in_topic(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// The inverse of [`encode_value`]; none where a text is no value's.
fn decode_value(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*byte);
        }
    }
    let value = String::from_utf8(bytes).ok()?;
    (encode_value(&value) == text).then_some(value)
}

fn list(readings: &[KeyParts]) -> String {
    let name = |parts: &KeyParts| format!("{}-{}@{}", parts.topic, parts.partition, parts.offset);
    readings.iter().map(name).collect::<Vec<_>>().join(" or of ")
}

#[cfg(test)]
mod tests;
