//! What may stand between two `/` of a key.

/// Whether a text is safe to stand in a key: no segment between two `/` is empty, `.` or `..`, and nothing is
/// a control character.
///
/// S3 takes such keys, but clients that treat keys as file names lose or merge them.
pub(crate) fn is_safe(text: &str) -> bool {
    !text.contains(char::is_control) && text.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}
