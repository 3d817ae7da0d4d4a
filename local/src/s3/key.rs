//! Which keys can be files.

use std::path::PathBuf;

/// Longest name of a file, in bytes: NAME_MAX of Linux and macOS.
const MAX_SEGMENT_BYTES: usize = 255;

/// Says where an object lies below its bucket's folder.
///
/// # Errors
///
/// S3 takes any key, a folder does not: says what cannot be a file's name.
pub(crate) fn relative_path(key: &str) -> Result<PathBuf, &'static str> {
    if key.contains('\0') {
        return Err("it holds a NUL");
    }
    for segment in key.split('/') {
        match segment {
            "" => return Err("a segment is empty"),
            "." | ".." => return Err("a segment is `.` or `..`"),
            _ if segment.len() > MAX_SEGMENT_BYTES => return Err("a segment is longer than 255 bytes"),
            _ => {}
        }
    }
    Ok(PathBuf::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, expected: Result<&str, &str>) {
        assert_eq!(
            relative_path(key),
            expected.map(PathBuf::from).map_err(|reason| reason.to_owned().leak() as &str)
        );
    }

    #[test]
    fn keys_of_the_sink_are_files() {
        check("topics/t/partition=0/t+0+0000000000.json", Ok("topics/t/partition=0/t+0+0000000000.json"));
        check("ü/a b/%2F:\\", Ok("ü/a b/%2F:\\"));
        check(&"x".repeat(255), Ok(&"x".repeat(255)));
    }

    #[test]
    fn keys_that_would_leave_or_break_the_tree_are_refused() {
        check("a//b", Err("a segment is empty"));
        check("/a", Err("a segment is empty"));
        check("a/", Err("a segment is empty"));
        check("../a", Err("a segment is `.` or `..`"));
        check("a/./b", Err("a segment is `.` or `..`"));
        check("a\0", Err("it holds a NUL"));
        check(&"x".repeat(256), Err("a segment is longer than 255 bytes"));
    }
}
