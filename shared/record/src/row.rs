//! A decoded record, as far as placing it needs to know it.

use crate::Record;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A decoded record: the record, and its value's fields.
pub trait Row<'b> {
    /// The record.
    fn record(&self) -> Record<'b>;

    /// The field at a path.
    fn field(&self, path: &FieldPath) -> Field<'_>;

    /// Tells rows apart that must not share an object whatever their path: only rows with the same number may.
    ///
    /// Numbers are compared within a batch, and may differ from batch to batch.
    fn schema_number(&self) -> u32 {
        0
    }
}

/// A field of a decoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field<'a> {
    /// The value has no such field, or it is null.
    Absent,
    /// The value is not a record or object, so it has no fields at all.
    NotAnObject,
    /// A boolean.
    Boolean(bool),
    /// A whole number, as decimal digits with an optional `-`; of any size.
    Integer(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// An instant, or a local time as if it were in UTC: milliseconds since 1970-01-01T00:00:00Z, rounded down.
    Timestamp(i64),
    /// Something that cannot name a path; with its type's name, such as `array`.
    Other(&'static str),
}

/// A dotted path to a field, such as `user.address.city`.
///
/// Invariant: at least one segment, and none is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    text: String,
}

/// A field path is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected names separated by dots, none of them empty")]
pub struct FieldPathError;

impl FieldPath {
    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names from the outermost in.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.text.split('.')
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for FieldPath {
    type Err = FieldPathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.split('.').any(str::is_empty) {
            return Err(FieldPathError);
        }
        Ok(Self { text: text.to_owned() })
    }
}
