//! Complete batches that wait for the function.

use super::batch::Envelope;
use super::tries::Piece;
use crate::kafka::Record;
use std::collections::{BTreeSet, VecDeque};

/// From how many bytes of events on no more records are wanted: four full events.
const HIGH_BYTES: usize = 24 << 20;

/// At how many bytes records are wanted again. Kafka takes up to half a second to send after a pause;
/// until then the function works on what is left.
const LOW_BYTES: usize = 6 << 20;

/// Complete batches that wait for the function, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    pieces: VecDeque<Piece>,
    event_bytes: usize,
    full: bool,
}

impl Backlog {
    pub(crate) fn push(&mut self, piece: Piece) {
        self.event_bytes += piece.batch.event().len();
        self.pieces.push_back(piece);
        self.full |= self.event_bytes >= HIGH_BYTES;
    }

    pub(crate) fn pop(&mut self) -> Option<Piece> {
        let piece = self.pieces.pop_front()?;
        self.event_bytes -= piece.batch.event().len();
        self.full &= self.event_bytes > LOW_BYTES;
        Some(piece)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether no more records are wanted for now.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Takes out the records of these partitions, in order.
    pub(crate) fn take(&mut self, partitions: &BTreeSet<i32>, envelope: &Envelope) -> Vec<Record> {
        let mut taken = Vec::new();
        let full = self.full;
        for Piece { batch, tries } in std::mem::take(self).pieces {
            let (theirs, rest) = batch.part(envelope, |record| partitions.contains(&record.partition));
            taken.extend(theirs.into_iter().flat_map(|batch| batch.into_records()));
            if let Some(batch) = rest {
                self.push(Piece { batch, tries });
            }
        }
        self.full |= full && self.event_bytes > LOW_BYTES;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::{batch, coordinates, envelope, large_batch};

    #[test]
    fn it_is_full_at_the_high_mark_until_it_is_below_the_low_one() {
        let mut backlog = Backlog::default();
        let mut states = Vec::new();
        for _ in 0..5 {
            backlog.push(Piece::fresh(large_batch(5 << 20)));
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
    fn records_of_partitions_can_be_taken_out() {
        let mut backlog = Backlog::default();
        for offsets in [&[(0, 1), (1, 1)], &[(1, 2), (1, 3)]] {
            backlog.push(Piece::fresh(batch(offsets)));
        }
        let taken = backlog.take(&BTreeSet::from([1]), &envelope());
        assert_eq!(taken.iter().map(|record| record.offset).collect::<Vec<_>>(), [1, 2, 3]);
        let left = backlog.pop().map(|piece| coordinates(&piece.batch));
        assert_eq!(left, Some(vec![(0, 1)]));
        assert!(backlog.is_empty());
    }
}
