//! From rows to the bytes of an object.

mod compression;
mod compressor;
mod error;
mod json_lines;
mod kafka_metadata;
#[cfg(feature = "parquet")]
pub mod parquet;
mod quarantine_lines;

pub use compression::{Compression, GzipLevel, LevelError, ZstdLevel};
pub use compressor::{CompressionError, Compressor};
pub use error::EncodingError;
pub use json_lines::{JsonLines, json_lines_extension};
pub use kafka_metadata::{KAFKA_MEMBER, KafkaMetadata};
pub use quarantine_lines::{
    QuarantineLines, QuarantineLinesError, QuarantinedHeader, QuarantinedRecord, QuarantinedSchema,
    read_quarantine_lines,
};

use std::ops::Range;

/// Makes objects' bodies from the rows of a group.
pub trait Encode<R> {
    /// How many of these rows, from the first on, one object can hold: at least one.
    ///
    /// The rest goes to objects of its own. It may depend on the batch, for delivery makes of the pieces what it
    /// makes of shorter batches.
    fn together(&self, rows: &[R]) -> usize {
        rows.len()
    }

    /// The body that holds the written ones of a group's rows; for none of them an empty object, valid in its format.
    ///
    /// `group` has at least one row. `coverage` is the text of the offsets that the object answers for: those of the
    /// written rows, or a marker's.
    ///
    /// # Errors
    ///
    /// When the format or its compressor fails.
    fn encode(&self, group: &[R], written: Range<usize>, coverage: &str) -> Result<Vec<u8>, EncodingError>;

    /// The `Content-Type` of the objects.
    fn content_type(&self) -> &'static str;

    /// The `Content-Encoding` of the objects, if any.
    fn content_encoding(&self) -> Option<&'static str>;
}
