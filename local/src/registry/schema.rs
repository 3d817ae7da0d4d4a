//! What a registry keeps.

use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

/// A schema as a producer registers it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// What it describes.
    #[serde(default, skip_serializing_if = "SchemaType::is_default")]
    pub schema_type: SchemaType,
    /// Its text, kept as it is.
    #[serde(rename = "schema")]
    pub text: String,
    /// What it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SchemaType {
    /// Avro: what a schema is that doesn't say.
    #[default]
    Avro,
    /// Protobuf.
    Protobuf,
    /// JSON.
    Json,
}

/// A schema that another refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// What the other calls it.
    pub name: String,
    /// The subject that it is registered under.
    pub subject: String,
    /// Which of the subject's versions.
    pub version: u32,
}

impl Schema {
    /// A schema that refers to no other.
    pub fn new(schema_type: SchemaType, text: impl Into<String>) -> Self {
        Self { schema_type, text: text.into(), references: Vec::new() }
    }

    /// The GUID that it has unless it is given another: made of what it says, as registries do.
    pub(crate) fn digest(&self) -> [u8; 16] {
        let mut digest = Md5::new();
        digest.update(self.schema_type.as_str());
        digest.update(&self.text);
        for Reference { name, subject, version } in &self.references {
            digest.update(format!("\n{name}\n{subject}\n{version}"));
        }
        digest.finalize().into()
    }
}

impl SchemaType {
    /// The name that registries use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
            Self::Json => "JSON",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
