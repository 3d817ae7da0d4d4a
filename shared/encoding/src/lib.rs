//! From rows to the bytes of an object.

mod compression;
mod compressor;
mod json_lines;
mod quarantine_lines;

pub use compression::{Compression, GzipLevel, LevelError, ZstdLevel};
pub use compressor::{CompressionError, Compressor};
pub use json_lines::{JsonLines, json_lines_extension};
pub use quarantine_lines::QuarantineLines;

/// Makes an object's body from its rows.
pub trait Encode<R> {
    /// The body for these rows; for none, an empty object that is valid in the format.
    ///
    /// # Errors
    ///
    /// When the compressor fails.
    fn encode(&self, rows: &[R]) -> Result<Vec<u8>, CompressionError>;

    /// The `Content-Type` of the objects.
    fn content_type(&self) -> &'static str;

    /// The `Content-Encoding` of the objects, if any.
    fn content_encoding(&self) -> Option<&'static str>;
}
