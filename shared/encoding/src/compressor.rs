//! Whole bodies in, whole bodies out.

#[cfg(test)]
mod tests;

use crate::Compression;
use libdeflater::CompressionLvl;
use std::fmt;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Compresses bodies; keeps its state from one body to the next.
///
/// The same body always gives the same bytes: no clock, no name, no thread goes into a header.
pub struct Compressor {
    compression: Compression,
    state: State,
}

/// A mutex, not a thread-local: bodies are made one after the other on one thread, so that nobody waits,
/// and the tables (hundreds of kilobytes, at high levels of zstd many megabytes) exist once.
enum State {
    None,
    Gzip(Mutex<Gzip>),
    Zstd(Mutex<zstd::bulk::Compressor<'static>>),
}

/// gzip's tables, and the room for a body at its worst: to ask for that anew, zeroed, for each body costs a few
/// per cent of compressing it.
struct Gzip {
    compressor: libdeflater::Compressor,
    room: Vec<u8>,
}

/// A body could not be compressed.
#[derive(Debug, thiserror::Error)]
#[error("body of {bytes} bytes could not be compressed")]
pub struct CompressionError {
    /// The body's length before compression.
    pub bytes: usize,
    /// What the compressor says.
    #[source]
    pub source: io::Error,
}

impl Compressor {
    /// A compressor of this kind.
    pub fn new(compression: Compression) -> Self {
        let state = match compression {
            Compression::None => State::None,
            Compression::Gzip(level) => {
                let level = CompressionLvl::new(level.get().into()).expect("libdeflate has levels 0 to 12");
                State::Gzip(Mutex::new(Gzip {
                    compressor: libdeflater::Compressor::new(level),
                    room: Vec::new(),
                }))
            }
            Compression::Zstd(level) => {
                let mut compressor = zstd::bulk::Compressor::new(level.get().into())
                    .expect("zstd takes every level of its range");
                // gzip has a CRC-32 of the content; this is zstd's, 4 bytes that its own command writes too.
                compressor.include_checksum(true).expect("the checksum is a flag of every zstd");
                State::Zstd(Mutex::new(compressor))
            }
        };
        Self { compression, state }
    }

    /// How it compresses.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// Compresses a whole body; an empty one too becomes a valid stream.
    ///
    /// # Errors
    ///
    /// When the compressor fails, which it has no reason to.
    pub fn compress(&self, body: Vec<u8>) -> Result<Vec<u8>, CompressionError> {
        let compressed = match &self.state {
            State::None => return Ok(body),
            State::Gzip(gzip) => lock(gzip).compress(&body),
            State::Zstd(compressor) => lock(compressor).compress(&body),
        };
        let mut compressed = compressed.map_err(|source| CompressionError { bytes: body.len(), source })?;
        // The room was for the worst case; the body stays in memory for as long as its PUT takes.
        compressed.shrink_to_fit();
        Ok(compressed)
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor").field("compression", &self.compression).finish_non_exhaustive()
    }
}

impl Gzip {
    fn compress(&mut self, body: &[u8]) -> io::Result<Vec<u8>> {
        let bound = self.compressor.gzip_compress_bound(body.len());
        if self.room.len() < bound {
            self.room.resize(bound, 0);
        }
        let length = self.compressor.gzip_compress(body, &mut self.room).map_err(io::Error::other)?;
        Ok(self.room[..length].to_vec())
    }
}

/// Locks, whatever became of an earlier holder: each body starts the compressor anew.
fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
