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
    /// The value does not begin as its serializer's wire format says.
    InvalidFrame,
    /// The registry says that it does not know the value's schema.
    UnknownSchema,
    /// The value's schema is of another format, broken, or makes no columns.
    UnusableSchema,
    /// The value is not what its schema says.
    InvalidValue,
    /// The value has a member or column of the name that Kafka's metadata takes.
    NameTaken,
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
            Self::InvalidFrame => "invalid_frame",
            Self::UnknownSchema => "unknown_schema",
            Self::UnusableSchema => "unusable_schema",
            Self::InvalidValue => "invalid_value",
            Self::NameTaken => "name_taken",
        }
    }
}
