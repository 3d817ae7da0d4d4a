//! Which record stands first in an object.

use crate::Record;
use std::fmt;
use std::str::FromStr;
use xxhash_rust::xxh3::Xxh3;

/// A 64-bit hash of a record's timestamp, key and value.
///
/// Offsets start again when a topic is made again, so the same key may come to stand for another record.
/// The hash is XXH3 (frozen since xxHash 0.8.0) over the timestamp, then key and value, each behind its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity(u64);

impl Identity {
    /// The identity of a record.
    pub fn of(record: Record<'_>) -> Self {
        Self::of_parts(record.timestamp_ms(), record.key(), record.value())
    }

    /// The identity of a record that is not in a batch.
    pub fn of_parts(timestamp_ms: Option<i64>, key: Option<&[u8]>, value: Option<&[u8]>) -> Self {
        let mut hash = Xxh3::new();
        // No timestamp and Kafka's NO_TIMESTAMP are one thing.
        hash.update(&timestamp_ms.unwrap_or(-1).to_le_bytes());
        for part in [key, value] {
            // A length of -1 is null, so that null and empty differ.
            let length = part.map_or(-1, |bytes| bytes.len() as i64);
            hash.update(&length.to_le_bytes());
            hash.update(part.unwrap_or_default());
        }
        Self(hash.digest())
    }
}

impl fmt::Display for Identity {
    /// Writes 16 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Identity {
    type Err = std::num::ParseIntError;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}
