//! What may go wrong.

use crate::CompressionError;

/// A body could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The compressor failed.
    #[error(transparent)]
    Compression(#[from] CompressionError),
    /// The rows' columns can't stand in one object.
    #[cfg(feature = "parquet")]
    #[error(transparent)]
    Columns(#[from] crate::parquet::ColumnsError),
    /// The Parquet writer failed.
    #[cfg(feature = "parquet")]
    #[error("Parquet could not be written")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// The rows don't fit their columns.
    #[cfg(feature = "parquet")]
    #[error("rows could not be put together")]
    Rows(#[from] arrow_schema::ArrowError),
}
