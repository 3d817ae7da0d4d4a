//! Complete batches that wait for the function.

use super::batch::{Batch, Envelope};
use std::collections::{BTreeSet, VecDeque};

/// From how many bytes of events on no more records are wanted: four full events.
const HIGH_BYTES: usize = 24 << 20;

/// At how many bytes records are wanted again. Kafka takes up to half a second to send after a pause;
/// until then the function works on what is left.
const LOW_BYTES: usize = 6 << 20;

/// Complete batches that wait for the function, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    batches: VecDeque<Batch>,
    event_bytes: usize,
    full: bool,
}

impl Backlog {
    pub(crate) fn push(&mut self, batch: Batch) {
        self.event_bytes += batch.event().len();
        self.batches.push_back(batch);
        self.full |= self.event_bytes >= HIGH_BYTES;
    }

    pub(crate) fn pop(&mut self) -> Option<Batch> {
        let batch = self.batches.pop_front()?;
        self.event_bytes -= batch.event().len();
        self.full &= self.event_bytes > LOW_BYTES;
        Some(batch)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Whether no more records are wanted for now.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Drops the records of partitions that another poller reads from now on.
    pub(crate) fn forget(&mut self, partitions: &BTreeSet<i32>, envelope: &Envelope) {
        let batches = std::mem::take(self).batches.into_iter();
        for batch in batches {
            if let Some(batch) = batch.retain(envelope, |record| !partitions.contains(&record.partition)) {
                self.push(batch);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::{batch, envelope, large_batch};

    #[test]
    fn it_is_full_at_the_high_mark_until_it_is_below_the_low_one() {
        let mut backlog = Backlog::default();
        let mut states = Vec::new();
        for _ in 0..5 {
            backlog.push(large_batch(5 << 20));
            states.push(backlog.is_full());
        }
        while backlog.pop().is_some() {
            states.push(backlog.is_full());
        }
        // Bytes of the events, in steps of about 7 MB: base64 adds a third.
        assert_eq!(states, [false, false, false, true, true, true, true, true, true, false]);
        assert!(backlog.is_empty());
    }

    #[test]
    fn records_of_partitions_that_are_gone_are_dropped() {
        let mut backlog = Backlog::default();
        for offsets in [&[(0, 1), (1, 1)], &[(1, 2), (1, 3)]] {
            backlog.push(batch(offsets));
        }
        backlog.forget(&BTreeSet::from([1]), &envelope());
        let left = backlog.pop().map(|batch| batch.next_offsets());
        assert_eq!(left, Some([(0, 2)].into()));
        assert!(backlog.is_empty());
    }
}
