//! What pollers tell.

use super::destination::DestinationError;
use super::error::{Failure, PollError};
use super::tries::Condition;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What happens while polling, for those who watch.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice<'n> {
    /// A poller begins: this many run now.
    PollerStarted(usize),
    /// A poller ended as it should: this many run now.
    PollerStopped(usize),
    /// A poller died, and is started again.
    PollerDied {
        /// Why.
        error: &'n PollError,
        /// When it is started again.
        restart_in: Duration,
    },
    /// These partitions are this poller's now.
    Assigned {
        /// Which poller.
        poller: u32,
        /// Which partitions.
        partitions: &'n BTreeSet<i32>,
    },
    /// These partitions are this poller's no more.
    Revoked {
        /// Which poller.
        poller: u32,
        /// Which partitions.
        partitions: &'n BTreeSet<i32>,
    },
    /// How far a poller's partitions are.
    Lag(&'n BTreeMap<i32, Lag>),
    /// The function is invoked.
    Invoked {
        /// With how many records.
        records: usize,
        /// How long the event is.
        event_bytes: usize,
    },
    /// An invocation has ended, well or not.
    Answered {
        /// How long it took.
        elapsed: Duration,
    },
    /// The function has processed a batch, or a part of it.
    Delivered {
        /// How many records.
        records: usize,
        /// How long the event was.
        event_bytes: usize,
        /// The most often that one of them was tried.
        attempts: u32,
        /// How long the last invocation took.
        elapsed: Duration,
    },
    /// The function has not processed a batch; it comes again.
    Failed {
        /// Why.
        failure: &'n Failure,
        /// The batch's first record that comes again, as topic-partition@offset; none when another member has
        /// its partitions.
        first: Option<&'n str>,
        /// How many records come again.
        records: usize,
        /// The most often that one of them was tried.
        attempts: u32,
        /// When it comes again.
        retry_in: Duration,
    },
    /// Records are given up: they are in the on-failure destination, or gone where there is none.
    GivenUp {
        /// How many.
        records: usize,
        /// The first one, as topic-partition@offset.
        first: &'n str,
        /// Why.
        condition: Condition,
        /// Where they are.
        url: Option<&'n str>,
    },
    /// The on-failure destination takes no record; nothing is committed, and it is tried again.
    DestinationFailed {
        /// Why.
        error: &'n DestinationError,
        /// When it is tried again.
        retry_in: Duration,
    },
    /// Offsets were not committed: the records may come again.
    NotCommitted {
        /// What the group's coordinator said.
        reason: String,
    },
}

/// How far a partition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// The next offset that is not done.
    pub next: i64,
    /// The offset behind the last record.
    pub end: i64,
    /// How many offsets are between.
    pub lag: i64,
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
    /// Records that the mapping's filter keeps from the function.
    pub filtered: u64,
    /// Records that are in the on-failure destination.
    pub given_up: u64,
    /// Records that were given up without a destination: they are gone.
    pub discarded: u64,
}
