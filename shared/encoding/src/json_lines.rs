//! JSON Lines: one value a line, in its own bytes.

use crate::{Compression, CompressionError, Compressor, Encode};
use decoding::json::JsonRow;

/// Writes JSON Lines.
#[derive(Debug)]
pub struct JsonLines {
    compressor: Compressor,
}

impl JsonLines {
    /// JSON Lines, compressed like this.
    pub fn new(compression: Compression) -> Self {
        Self { compressor: Compressor::new(compression) }
    }
}

impl Encode<JsonRow<'_>> for JsonLines {
    fn encode(&self, rows: &[JsonRow<'_>]) -> Result<Vec<u8>, CompressionError> {
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
