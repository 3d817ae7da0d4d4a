//! The schema that a value was written with.

use crate::SchemaId;
use std::fmt;

/// How values are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One Avro binary datum.
    Avro,
    /// One Protobuf message.
    Protobuf,
    /// JSON, described by a JSON Schema.
    JsonSchema,
}

impl Format {
    /// Reads a format as all registries and Lambda write it: `AVRO`, `PROTOBUF` or `JSON`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "AVRO" => Some(Self::Avro),
            "PROTOBUF" => Some(Self::Protobuf),
            "JSON" => Some(Self::JsonSchema),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    /// Writes the format for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Avro => "Avro",
            Self::Protobuf => "Protobuf",
            Self::JsonSchema => "JSON with a JSON Schema",
        })
    }
}

/// A schema as its registry tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterSchema {
    /// What the registry calls it.
    pub id: SchemaId,
    /// What it describes.
    pub format: Format,
    /// The schema's own text.
    pub text: String,
    /// What it refers to, each once, and each after those that it refers to itself.
    pub references: Vec<Reference>,
    /// Its place among the versions of its subject, where the registry tells: later versions have larger numbers.
    pub version: Option<u64>,
}

/// A schema that another refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What the other calls it: a full name in Avro, an import path in Protobuf, a URI in JSON Schema.
    pub name: String,
    /// Its text.
    pub text: String,
}
