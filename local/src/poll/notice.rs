//! What a poller tells.

use super::error::Failure;
use std::collections::BTreeSet;
use std::time::Duration;

/// What happens while polling, for those who watch.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice<'n> {
    /// These partitions are ours now.
    Assigned(&'n BTreeSet<i32>),
    /// These partitions are ours no more.
    Revoked(&'n BTreeSet<i32>),
    /// The function has processed a batch, or a part of it.
    Delivered {
        /// How many records.
        records: usize,
        /// How long the event was.
        event_bytes: usize,
        /// How often it was tried.
        attempts: u32,
        /// How long the last invocation took.
        elapsed: Duration,
    },
    /// The function has not processed a batch; it comes again.
    Failed {
        /// Why.
        failure: &'n Failure,
        /// How often it was tried.
        attempts: u32,
        /// When it comes again.
        retry_in: Duration,
    },
}

/// What was done until the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Invocations.
    pub invocations: u64,
    /// Invocations that failed, or reported failures.
    pub failures: u64,
    /// Records that the function has processed.
    pub records: u64,
}
