//! `behavior.on.null.values`.

/// `behavior.on.null.values`: what becomes of a tombstone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullValues {
    /// It is a bad record.
    Fail,
    /// It is skipped and counted.
    Ignore,
    /// It is kept: as the line `null` in JSON Lines, as a row without values in Parquet.
    Write,
}
