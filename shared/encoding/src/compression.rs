//! `s3.compression.type`.

/// `s3.compression.type` with its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `none`
    None,
    /// `gzip`, level 0 to 9.
    Gzip(u8),
    /// `zstd`, level 1 to 22.
    Zstd(u8),
}

/// Compresses bodies; keeps its state from one body to the next.
#[derive(Debug)]
pub struct Compressor {
    compression: Compression,
}

/// A body could not be compressed.
#[derive(Debug, thiserror::Error)]
#[error("body of {bytes} bytes could not be compressed")]
pub struct CompressionError {
    /// The body's length before compression.
    pub bytes: usize,
    /// What the compressor says.
    #[source]
    pub source: std::io::Error,
}

impl Compressor {
    /// A compressor of this kind.
    pub fn new(compression: Compression) -> Self {
        Self { compression }
    }

    /// Compresses a whole body.
    ///
    /// # Errors
    ///
    /// When the compressor fails, which it has no reason to.
    pub fn compress(&self, body: Vec<u8>) -> Result<Vec<u8>, CompressionError> {
        let _ = (self.compression, body);
        todo!()
    }
}
