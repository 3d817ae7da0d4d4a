//! How far a poller is, for the group and for those who watch.

use super::Poller;
use crate::kafka::Consumer;
use crate::poll::board::Status;
use crate::poll::invoke::{Deploy, Invoke};
use crate::poll::notice::{Lag, Notice};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long offsets wait to be committed that no invocation stands for, and those that were refused.
pub(super) const COMMIT_PAUSE: Duration = Duration::from_secs(1);

impl<D: Deploy, I: Invoke> Poller<'_, D, I> {
    /// Commits what may be committed and is not.
    pub(super) async fn commit(&mut self, consumer: &Consumer) {
        self.commit_at = None;
        let due = self.ledger.due();
        if due.is_empty() {
            return;
        }
        match consumer.commit(&due).await {
            Ok(()) => self.ledger.commit(&due),
            Err(error) => {
                // What was done stays done; it comes once more if another member takes the partitions before
                // the next commit.
                self.tell(Notice::NotCommitted { reason: error.to_string() });
                self.commit_at = Some(Instant::now() + COMMIT_PAUSE);
            }
        }
    }

    /// How far its partitions are.
    pub(super) fn lags(&self) -> BTreeMap<i32, Lag> {
        let extents = self.measures.extents.iter();
        let extents = extents.filter(|(partition, _)| self.assigned.contains(partition));
        let lags = extents.map(|(&partition, extent)| {
            // Behind the last record there may be marks of transactions, which nobody reads.
            let is_done = self.ended.contains(&partition) && self.ledger.is_settled(partition);
            let next = self.ledger.point(partition).or(extent.committed).unwrap_or(extent.low);
            let next = if is_done { extent.end.max(next) } else { next };
            (partition, Lag { next, end: extent.end.max(next), lag: (extent.end - next).max(0) })
        });
        lags.collect()
    }

    /// Says how far it is.
    pub(super) fn post(&mut self) {
        let status = Status {
            is_caught_up: self.has_read_all() && self.is_idle(),
            partitions: self.measures.partitions,
            lag: self.lag,
        };
        if status != self.posted {
            self.posted = status;
            self.board.post(self.number, status);
        }
    }
}
