//! Quarantine objects: rejected records with their bytes, their coordinates and the reason.

use crate::{Compression, CompressionError, Compressor, Encode};
use record::Rejection;

/// Writes rejected records as JSON Lines.
#[derive(Debug)]
pub struct QuarantineLines {
    compressor: Compressor,
}

impl QuarantineLines {
    /// Quarantine lines, compressed like this.
    pub fn new(compression: Compression) -> Self {
        Self { compressor: Compressor::new(compression) }
    }
}

impl Encode<Rejection<'_>> for QuarantineLines {
    fn encode(&self, rows: &[Rejection<'_>]) -> Result<Vec<u8>, CompressionError> {
        let _ = (rows, &self.compressor);
        todo!()
    }

    fn extension(&self) -> &'static str {
        todo!()
    }

    fn content_type(&self) -> &'static str {
        todo!()
    }

    fn content_encoding(&self) -> Option<&'static str> {
        todo!()
    }
}
