//! The part of a key that a partitioner makes.

use std::borrow::Cow;

/// The part of a key that a partitioner makes: Connect's "encoded partition", such as `partition=0`.
///
/// Invariant: no segment between two `/` is empty, `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

impl Path {
    /// The path as it stands in a key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes a value safe to stand in a path: `/`, `%`, control characters and the whole values `.` and `..`
/// are percent-encoded, everything else is verbatim.
pub fn encode_value(value: &str) -> Cow<'_, str> {
    let _ = value;
    todo!()
}
