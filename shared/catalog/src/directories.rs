//! The directories that a topic's objects stand in.

use crate::{CatalogError, Projection, Scope, Topic, time};
use naming::{Piece, encode_value};
use partitioning::Partitioner;

/// The directories that a topic's objects stand in.
///
/// Invariant: the last of the parts, if there is one, is a text that ends with `/`.
pub(crate) struct Directories {
    pub(crate) parts: Vec<Part>,
    /// Whether other topics have others.
    pub(crate) has_topic: bool,
}

/// A part of directories.
pub(crate) enum Part {
    Text(String),
    Value(Value),
}

/// What differs from directory to directory.
pub(crate) struct Value {
    /// What its column would be called.
    pub(crate) name: String,
    pub(crate) projection: Projection,
}

/// A part of a key.
pub(crate) enum Token {
    Text(String),
    Topic(String),
    /// What differs from path to path; its column is called so where no name stands before it.
    OfPath(&'static str, Projection),
    Partition(Projection),
    UnknownCluster,
    Offset,
}

/// Finds the directories of a topic's objects.
pub(crate) fn directories(topic: &Topic<'_>, scope: Scope) -> Result<Directories, CatalogError> {
    let mut tokens = tokens(topic, scope);
    let file_name = split_off_file_name(&mut tokens);
    if file_name.iter().any(|token| matches!(token, Token::OfPath(..))) {
        return Err(CatalogError::PathInFileName);
    }
    let mut directories = Directories { parts: Vec::new(), has_topic: false };
    for token in tokens {
        match token {
            Token::Text(text) => directories.push_text(&text),
            Token::Topic(text) => {
                directories.has_topic = true;
                directories.push_text(&text);
            }
            Token::OfPath(fallback, projection) => directories.push_value(fallback, projection),
            Token::Partition(projection) => directories.push_value("partition", projection),
            Token::UnknownCluster => return Err(CatalogError::NoCluster),
            Token::Offset => return Err(CatalogError::OffsetInDirectory),
        }
    }
    Ok(directories)
}

impl Directories {
    fn push_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    fn push_value(&mut self, fallback: &str, projection: Projection) {
        let name = self.name_before().unwrap_or_else(|| fallback.to_owned());
        self.parts.push(Part::Value(Value { name, projection }));
    }

    /// The name in the `name=` that the parts end with, as a column can have it.
    fn name_before(&self) -> Option<String> {
        let Some(Part::Text(text)) = self.parts.last() else { return None };
        let (before, name) =
            text.strip_suffix('=')?.rsplit_once('/').unwrap_or(("", text.strip_suffix('=')?));
        let column: String = name
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' })
            .collect();
        // What stands between two values of one directory is a delimiter and a name.
        let is_behind_value = before.is_empty() && !text.contains('/') && self.parts.len() > 1;
        let column = if is_behind_value { column.trim_start_matches('_') } else { &column };
        column.contains(|it: char| it.is_ascii_alphanumeric()).then(|| column.to_owned())
    }
}

/// The directory that all of them are in, with a `/` at its end.
pub(crate) fn location(parts: &[Part], bucket: &str) -> String {
    let before = match parts.first() {
        Some(Part::Text(text)) => text.as_str(),
        _ => "",
    };
    let has_values = parts.iter().any(|part| matches!(part, Part::Value(_)));
    let end = if has_values { before.rfind('/').map_or(0, |slash| slash + 1) } else { before.len() };
    format!("s3://{bucket}/{}", &before[..end])
}

fn tokens(topic: &Topic<'_>, scope: Scope) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in topic.naming.template.pieces() {
        match piece {
            Piece::Literal(text) => tokens.push(Token::Text(text.clone())),
            Piece::Directory { .. } if topic.naming.directory.is_empty() => {}
            Piece::Directory { separator } => {
                tokens.push(Token::Text(format!("{}{separator}", topic.naming.directory)));
            }
            Piece::Cluster => tokens.push(match topic.cluster {
                Some(cluster) => Token::Text(encode_value(cluster).into_owned()),
                None => Token::UnknownCluster,
            }),
            Piece::Topic => tokens.push(Token::Topic(encode_value(topic.name).into_owned())),
            Piece::Path => push_path(&mut tokens, topic, scope),
            Piece::Partition => tokens.push(Token::Partition(kafka_partition(scope))),
            Piece::Offset => tokens.push(Token::Offset),
            Piece::Extension => {}
        }
    }
    tokens
}

fn push_path(tokens: &mut Vec<Token>, topic: &Topic<'_>, scope: Scope) {
    let delimiter = topic.partitioning.directory_delimiter.as_str();
    let partitioners = match topic.partitioning.partitioners.as_slice() {
        [] => &[Partitioner::Default],
        partitioners => partitioners,
    };
    for (index, partitioner) in partitioners.iter().enumerate() {
        if index > 0 {
            tokens.push(Token::Text(delimiter.to_owned()));
        }
        match partitioner {
            Partitioner::Default => {
                tokens.push(Token::Text("partition=".to_owned()));
                tokens.push(Token::OfPath("partition", kafka_partition(scope)));
            }
            Partitioner::Field(fields) => {
                for (index, field) in fields.as_slice().iter().enumerate() {
                    let delimiter = if index == 0 { "" } else { delimiter };
                    tokens.push(Token::Text(format!("{delimiter}{}=", encode_value(field.as_str()))));
                    tokens.push(Token::OfPath("field", Projection::Injected));
                }
            }
            Partitioner::TimeBased(settings) => tokens.extend(time::tokens(settings, scope.since_year)),
        }
    }
}

fn kafka_partition(scope: Scope) -> Projection {
    Projection::KafkaPartition { last: scope.partitions.saturating_sub(1) }
}

/// Cuts behind the last `/`.
fn split_off_file_name(tokens: &mut Vec<Token>) -> Vec<Token> {
    let slash = tokens.iter().enumerate().rev().find_map(|(index, token)| match token {
        Token::Text(text) => text.rfind('/').map(|position| (index, position)),
        _ => None,
    });
    let Some((index, position)) = slash else { return std::mem::take(tokens) };
    let file_name = tokens.split_off(index + 1);
    if let Some(Token::Text(text)) = tokens.last_mut() {
        text.truncate(position + 1);
    }
    file_name
}
