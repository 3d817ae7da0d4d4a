//! The directory that objects stand in.

use crate::segment;

/// Longest directory that the settings may name, in bytes of UTF-8: half of a key, so that the rest has room.
pub const MAX_DIRECTORY_BYTES: usize = 512;

/// A directory is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// It starts or ends with `/`.
    #[error("expected a directory without a `/` at its start or end, such as `topics` or `lake/raw`")]
    OuterSlash,
    /// A segment is empty, `.` or `..`.
    #[error("expected a directory whose names are not empty, `.` or `..`, such as `topics` or `lake/raw`")]
    UnsafeSegment,
    /// It holds a control character.
    #[error("expected a directory without control characters, such as `topics` or `lake/raw`")]
    ControlCharacter,
    /// It is longer than [`MAX_DIRECTORY_BYTES`].
    #[error("expected a directory of at most {MAX_DIRECTORY_BYTES} bytes")]
    TooLong,
}

/// Checks what a setting such as `topics.dir` or `quarantine.dir` names; empty is the bucket's root.
///
/// # Errors
///
/// Where keys below the directory would not be safe, with what is expected.
pub fn check_directory(text: &str) -> Result<(), DirectoryError> {
    if text.is_empty() {
        return Ok(());
    }
    if text.len() > MAX_DIRECTORY_BYTES {
        return Err(DirectoryError::TooLong);
    }
    if text.contains(char::is_control) {
        return Err(DirectoryError::ControlCharacter);
    }
    if text.starts_with('/') || text.ends_with('/') {
        return Err(DirectoryError::OuterSlash);
    }
    if !segment::is_safe(text) {
        return Err(DirectoryError::UnsafeSegment);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{DirectoryError, check_directory};

    #[track_caller]
    fn check(text: &str, expected: Result<(), DirectoryError>) {
        assert_eq!(check_directory(text), expected);
    }

    #[test]
    fn a_directory_is_one_or_more_names_or_the_root() {
        check("", Ok(()));
        check("topics", Ok(()));
        check("lake/raw zone/ä", Ok(()));
        check("...", Ok(()));
        check(&"x".repeat(512), Ok(()));
    }

    #[test]
    fn what_would_make_unsafe_keys_is_refused() {
        check("/", Err(DirectoryError::OuterSlash));
        check("/topics", Err(DirectoryError::OuterSlash));
        check("topics/", Err(DirectoryError::OuterSlash));
        check("a//b", Err(DirectoryError::UnsafeSegment));
        check(".", Err(DirectoryError::UnsafeSegment));
        check("a/../b", Err(DirectoryError::UnsafeSegment));
        check("a\tb", Err(DirectoryError::ControlCharacter));
        check(&"x".repeat(513), Err(DirectoryError::TooLong));
        // Bytes, not characters.
        check(&"ä".repeat(257), Err(DirectoryError::TooLong));
    }

    #[test]
    fn an_error_says_what_is_expected() {
        assert_eq!(
            check_directory("topics/").unwrap_err().to_string(),
            "expected a directory without a `/` at its start or end, such as `topics` or `lake/raw`"
        );
    }
}
