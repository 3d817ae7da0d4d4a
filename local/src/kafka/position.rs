//! Where a consumer begins.

/// Where to begin in a partition without a committed offset: the mapping's `StartingPosition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartingPosition {
    /// `TRIM_HORIZON`: the oldest record.
    TrimHorizon,
    /// `LATEST`: what comes from now on.
    Latest,
    /// `AT_TIMESTAMP`: the first record with this timestamp or a later one.
    AtTimestamp {
        /// Milliseconds since 1970-01-01T00:00:00Z.
        unix_ms: i64,
    },
}
