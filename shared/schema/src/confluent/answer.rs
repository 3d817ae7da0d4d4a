//! What a registry answers.

use crate::Format;
use serde::Deserialize;
use std::fmt;

/// A schema, as `/schemas/ids/…`, `/schemas/guids/…` and `/subjects/…/versions/…` tell it.
#[derive(Debug, Deserialize)]
pub(super) struct Schema {
    #[serde(rename = "schema")]
    pub(super) text: String,
    /// Absent for Avro.
    #[serde(rename = "schemaType")]
    format: Option<String>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
    pub(super) version: Option<u64>,
}

impl Schema {
    /// The format, or its name where it is none that we know.
    pub(super) fn format(&self) -> Result<Format, &str> {
        self.format.as_deref().map_or(Ok(Format::Avro), |name| Format::parse(name).ok_or(name))
    }

    pub(super) fn references(&self) -> &[Reference] {
        self.references.as_deref().unwrap_or_default()
    }
}

/// A schema that another refers to, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Reference {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) place: Place,
}

/// A version of a subject; it never becomes another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Place {
    pub(super) subject: String,
    pub(super) version: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} of subject {:?}", self.version, self.subject)
    }
}

/// An error in the registry's own words.
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    error_code: i64,
    #[serde(default)]
    message: String,
}

impl Problem {
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Whether the registry says that there is no such subject, version or schema: 40401, 40402, 40403.
    ///
    /// A bare 404 is what its web server says of a path that it doesn't know.
    pub(super) fn is_missing(&self) -> bool {
        (40_400..40_500).contains(&self.error_code)
    }

    /// The code and as much of the words as fits a line.
    pub(super) fn line(&self) -> String {
        let words: String = self.message.chars().filter(|c| !c.is_control()).take(200).collect();
        let code = self.error_code;
        if words.is_empty() { format!("error_code {code}") } else { format!("error_code {code}: {words}") }
    }
}
