//! A record that goes to quarantine.

use crate::Record;

/// A record that could not be decoded or placed, and why.
#[derive(Debug, Clone)]
pub struct Rejection<'b> {
    /// The record, with its bytes.
    pub record: Record<'b>,
    /// What is wrong, as a stable word to count by.
    pub kind: RejectionKind,
    /// What is wrong, as a sentence; never holds the payload.
    pub message: String,
}

/// What is wrong with a rejected record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectionKind {
    /// The value is not JSON.
    InvalidJson,
    /// The value is null, and the settings make that an error.
    Tombstone,
    /// The record has no timestamp that could be read.
    NoTimestamp,
    /// A field that names the path has a type that cannot stand in one.
    UnusableField,
    /// The object's key would be longer than S3 takes.
    KeyTooLong,
}

impl RejectionKind {
    /// The stable word, as quarantine objects and logs have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::Tombstone => "tombstone",
            Self::NoTimestamp => "no_timestamp",
            Self::UnusableField => "unusable_field",
            Self::KeyTooLong => "key_too_long",
        }
    }
}
