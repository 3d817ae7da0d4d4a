//! What stands between the parts of a key.

use crate::segment;
use std::fmt;
use std::str::FromStr;

/// `directory.delim` or `file.delim`: what stands between two parts of a key.
///
/// Invariant: not empty, no control characters, and between two safe parts it makes no segment that is empty,
/// `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiter(String);

/// A delimiter is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DelimiterError {
    /// It is empty.
    #[error("expected at least one character, such as `/`")]
    Empty,
    /// It would make a directory that S3 clients can't read.
    #[error("expected a text that makes no empty, `.` or `..` directory between two others, such as `/`")]
    UnsafeSegment,
    /// It holds a control character.
    #[error("expected a text without control characters, such as `/`")]
    ControlCharacter,
}

impl Delimiter {
    /// The default of `directory.delim`: `/`.
    pub fn directory() -> Self {
        Self("/".to_owned())
    }

    /// The default of `file.delim`: `+`.
    pub fn file() -> Self {
        Self("+".to_owned())
    }

    /// The delimiter as it stands in a key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Delimiter {
    type Err = DelimiterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(DelimiterError::Empty);
        }
        if text.contains(char::is_control) {
            return Err(DelimiterError::ControlCharacter);
        }
        if !segment::is_safe(&format!("a{text}b")) {
            return Err(DelimiterError::UnsafeSegment);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Delimiter, DelimiterError};

    #[track_caller]
    fn check(text: &str, expected: Result<&str, DelimiterError>) {
        assert_eq!(text.parse::<Delimiter>().as_ref().map(Delimiter::as_str), expected.as_ref().copied());
    }

    #[test]
    fn a_delimiter_is_any_text_that_makes_no_unsafe_directory() {
        check("/", Ok("/"));
        check("_", Ok("_"));
        check("|", Ok("|"));
        check(".", Ok("."));
        check("--", Ok("--"));
        check("/x/", Ok("/x/"));
        check("", Err(DelimiterError::Empty));
        check("//", Err(DelimiterError::UnsafeSegment));
        check("/./", Err(DelimiterError::UnsafeSegment));
        check("/../", Err(DelimiterError::UnsafeSegment));
        check("\n", Err(DelimiterError::ControlCharacter));
    }
}
