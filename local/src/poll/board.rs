//! What the pollers of one mapping know of each other.

use super::notice::Summary;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What each poller says of itself, and what all have done.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pollers: Mutex<BTreeMap<u32, Status>>,
    summary: Mutex<Summary>,
    changed: Notify,
}

/// How far a poller is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Whether the group has dealt out its partitions and the function has all their records.
    pub(crate) is_caught_up: bool,
    /// How many partitions the topic has, as far as this poller knows.
    pub(crate) partitions: usize,
    /// How many records of its partitions are not done.
    pub(crate) lag: i64,
}

impl Board {
    /// A poller is as it says.
    pub(crate) fn post(&self, poller: u32, status: Status) {
        self.pollers().insert(poller, status);
        self.changed.notify_one();
    }

    /// A poller is gone.
    pub(crate) fn remove(&self, poller: u32) {
        self.pollers().remove(&poller);
        self.changed.notify_one();
    }

    /// Waits until a poller has said something since the last call.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Whether so many pollers have said that the function has all records.
    pub(crate) fn are_caught_up(&self, running: usize) -> bool {
        let pollers = self.pollers();
        pollers.len() == running && pollers.values().all(|status| status.is_caught_up)
    }

    /// Whether no poller works.
    pub(crate) fn is_empty(&self) -> bool {
        self.pollers().is_empty()
    }

    /// How many partitions the topic has; 0 while that is not known.
    pub(crate) fn partitions(&self) -> usize {
        self.pollers().values().map(|status| status.partitions).max().unwrap_or(0)
    }

    /// How many records are not done.
    pub(crate) fn lag(&self) -> i64 {
        self.pollers().values().map(|status| status.lag).sum()
    }

    /// What was done so far, to be read and added to.
    pub(crate) fn summary(&self) -> MutexGuard<'_, Summary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pollers(&self) -> MutexGuard<'_, BTreeMap<u32, Status>> {
        self.pollers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
