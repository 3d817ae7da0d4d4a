//! The part of a key that a partitioner makes.

use crate::segment;
use std::borrow::{Borrow, Cow};
use std::fmt;

/// The part of a key that a partitioner makes: Connect's "encoded partition", such as `partition=0`.
///
/// With a `directory.delim` other than `/`, a path is one segment: Connect writes it so, and so do we.
///
/// Invariant: no segment between two `/` is empty, `.` or `..`, and nothing is a control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

/// A text is not a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a path without control characters, whose names are not empty, `.` or `..`")]
pub struct PathError;

impl Path {
    /// The path of a Kafka partition: `partition=<n>`.
    pub fn of_partition(partition: i32) -> Self {
        Self(format!("partition={partition}"))
    }

    /// The path as it stands in a key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// So that a map by path can be asked for a text; both hash and compare as the text does.
impl Borrow<str> for Path {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Path {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if segment::is_safe(&text) { Ok(Self(text)) } else { Err(PathError) }
    }
}

/// Makes a value safe to stand in a path: `/`, `%`, control characters and the whole values `.` and `..`
/// are percent-encoded, everything else is verbatim.
///
/// An empty value stays empty, so it is safe only behind something, as in `name=`.
pub fn encode_value(value: &str) -> Cow<'_, str> {
    match value {
        "." => Cow::Borrowed("%2E"),
        ".." => Cow::Borrowed("%2E%2E"),
        _ if value.contains(must_be_encoded) => Cow::Owned(percent_encode(value)),
        _ => Cow::Borrowed(value),
    }
}

fn must_be_encoded(character: char) -> bool {
    matches!(character, '/' | '%') || character.is_control()
}

fn percent_encode(value: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        if must_be_encoded(character) {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                encoded.push('%');
                encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
                encoded.push(char::from(DIGITS[usize::from(byte & 0xF)]));
            }
        } else {
            encoded.push(character);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{Path, PathError, encode_value};

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(encode_value(value), expected);
    }

    #[test]
    fn a_value_is_verbatim_where_it_is_safe() {
        check("", "");
        check("NYC", "NYC");
        check("with\\special:chars=and+spaces", "with\\special:chars=and+spaces");
        check("a b&c?d#e", "a b&c?d#e");
        check("서울 ä 🚀", "서울 ä 🚀");
        check("...", "...");
        check("a.b", "a.b");
        check(".hidden", ".hidden");
    }

    #[test]
    fn what_a_path_cannot_hold_is_percent_encoded() {
        check("test/with\\special:chars=and+spaces", "test%2Fwith\\special:chars=and+spaces");
        check("100%", "100%25");
        check("%2F", "%252F");
        check("../../etc", "..%2F..%2Fetc");
        check(".", "%2E");
        check("..", "%2E%2E");
        check("\0\n\r\t\u{1b}\u{7f}", "%00%0A%0D%09%1B%7F");
        // The C1 controls are two bytes of UTF-8; what comes after them is no control.
        check("\u{80}\u{9f}\u{a0}", "%C2%80%C2%9F\u{a0}");
    }

    #[test]
    fn a_partition_is_a_path() {
        assert_eq!(Path::of_partition(7).as_str(), "partition=7");
    }

    #[test]
    fn a_text_is_a_path_only_if_it_is_safe() {
        for text in ["year=2024/month=01", "a", "..."] {
            assert_eq!(Path::try_from(text.to_owned()).unwrap().as_str(), text);
        }
        for text in ["", "/", "a/", "/a", "a//b", ".", "a/..", "./a", "a\nb"] {
            assert_eq!(Path::try_from(text.to_owned()), Err(PathError), "{text:?}");
        }
    }
}
