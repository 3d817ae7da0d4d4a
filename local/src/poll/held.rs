//! Records that wait behind a batch of their partition that comes again.

use crate::kafka::Record;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From how many bytes on a partition's records are wanted no more: about one full event.
const HIGH_BYTES: usize = 6 << 20;

/// Records of partitions that a failed batch blocks, in order.
#[derive(Debug, Default)]
pub(crate) struct Held {
    partitions: BTreeMap<i32, Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    records: VecDeque<Record>,
    bytes: usize,
}

impl Held {
    pub(crate) fn push(&mut self, record: Record) {
        let queue = self.partitions.entry(record.partition).or_default();
        queue.bytes += size(&record);
        queue.records.push_back(record);
    }

    /// The next record of one of these partitions.
    pub(crate) fn pop(&mut self, partitions: &BTreeSet<i32>) -> Option<Record> {
        let (partition, queue) =
            self.partitions.iter_mut().find(|(partition, _)| partitions.contains(partition))?;
        let (partition, record) = (*partition, queue.records.pop_front());
        queue.bytes -= record.as_ref().map_or(0, size);
        if queue.records.is_empty() {
            self.partitions.remove(&partition);
        }
        record
    }

    /// Puts back what [`Held::pop`] gave.
    pub(crate) fn put_back(&mut self, record: Record) {
        let queue = self.partitions.entry(record.partition).or_default();
        queue.bytes += size(&record);
        queue.records.push_front(record);
    }

    /// Gives all records of partitions that are not blocked any more.
    pub(crate) fn release(&mut self, blocked: &BTreeSet<i32>) -> Vec<Record> {
        let mut released = Vec::new();
        self.partitions.retain(|partition, queue| {
            let stays = blocked.contains(partition);
            if !stays {
                released.extend(queue.records.drain(..));
            }
            stays
        });
        released
    }

    /// Partitions of which no more records are wanted for now.
    pub(crate) fn full(&self) -> BTreeSet<i32> {
        let full = self.partitions.iter().filter(|(_, queue)| queue.bytes >= HIGH_BYTES);
        full.map(|(partition, _)| *partition).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    /// Drops the records of partitions that another poller reads from now on.
    pub(crate) fn forget(&mut self, partitions: &BTreeSet<i32>) {
        self.partitions.retain(|partition, _| !partitions.contains(partition));
    }
}

/// About what a record takes.
fn size(record: &Record) -> usize {
    let headers = record.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len));
    size_of::<Record>()
        + record.key.as_ref().map_or(0, Vec::len)
        + record.value.as_ref().map_or(0, Vec::len)
        + headers.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::record;

    fn held(records: &[(i32, i64, usize)]) -> Held {
        let mut held = Held::default();
        for (partition, offset, bytes) in records {
            held.push(record(*partition, *offset, *bytes));
        }
        held
    }

    #[test]
    fn records_of_a_partition_come_back_in_order() {
        let mut held = held(&[(0, 1, 1), (1, 7, 1), (0, 2, 1), (1, 8, 1)]);
        let ours = BTreeSet::from([1]);
        let first = held.pop(&ours).unwrap();
        assert_eq!((first.partition, first.offset), (1, 7));
        held.put_back(first);
        let released: Vec<_> =
            held.release(&BTreeSet::from([0])).iter().map(|record| record.offset).collect();
        assert_eq!(released, [7, 8]);
        assert!(held.pop(&ours).is_none());
        held.forget(&BTreeSet::from([0]));
        assert!(held.is_empty());
    }

    #[test]
    fn a_partition_is_full_from_about_an_event_on() {
        let held = held(&[(0, 1, 3 << 20), (1, 1, 3 << 20), (1, 2, 3 << 20)]);
        assert_eq!(held.full(), BTreeSet::from([1]));
    }
}
