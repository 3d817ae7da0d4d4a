//! What became of a batch.

use delivery::Delivered;
use std::collections::BTreeMap;
use std::time::Duration;

/// What became of a batch: each of its records is counted in `data`, `quarantine` or `ignored`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records in the batch.
    pub records: u64,
    /// Objects of data.
    pub data: Delivered,
    /// Objects of rejected records.
    pub quarantine: Delivered,
    /// Rejected records by the kind of trouble.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Tombstones that were skipped by setting.
    pub ignored: u64,
    /// Records out of quarantine that are rejected again; they stay there, and nothing was written of them.
    ///
    /// Only where the event asks for [`record::event::Replay::Records`].
    pub still_bad: Vec<StillBad>,
    /// Topic-partitions that could not be delivered: the first offset of each in the batch, and why.
    ///
    /// Only where the settings let failed partitions be named; else any failure fails the invocation.
    pub failed: Vec<FailedPartition>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A topic-partition that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedPartition {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Its first offset in the batch: from here on the mapping delivers it again.
    pub offset: i64,
    /// Why, on one line.
    pub reason: String,
}

/// A record out of quarantine that is rejected again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillBad {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// What is wrong, as a stable word.
    pub kind: &'static str,
    /// What is wrong, as a sentence.
    pub message: String,
}
