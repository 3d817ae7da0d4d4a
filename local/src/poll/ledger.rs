//! What of a partition may be committed.

use crate::kafka::Record;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// By partition, which records came and which of them are done, in whatever order that happens.
///
/// Only what has nothing open before it may be committed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    partitions: BTreeMap<i32, Account>,
}

#[derive(Debug)]
struct Account {
    /// Offsets from the first open one on, ascending, and whether each is done.
    offsets: VecDeque<(i64, bool)>,
    /// The offset behind the last record that came.
    next: i64,
    /// What the group's coordinator has at least.
    committed: i64,
}

impl Ledger {
    /// A record came.
    pub(crate) fn receive(&mut self, partition: i32, offset: i64) {
        let account = self.partitions.entry(partition).or_insert_with(|| Account::from(offset));
        if offset < account.next && !account.offsets.is_empty() || offset < account.committed {
            // The log was cut off and written anew, which makes what was known of it worthless.
            *account = Account::from(offset);
        }
        account.offsets.push_back((offset, false));
        account.next = offset + 1;
    }

    /// Records are done.
    pub(crate) fn settle<'r>(&mut self, records: impl IntoIterator<Item = &'r Record>) {
        for record in records {
            self.settle_one(record.partition, record.offset);
        }
    }

    /// A record is done.
    pub(crate) fn settle_one(&mut self, partition: i32, offset: i64) {
        let Some(account) = self.partitions.get_mut(&partition) else { return };
        if let Ok(place) = account.offsets.binary_search_by_key(&offset, |(offset, _)| *offset) {
            account.offsets[place].1 = true;
        }
        while account.offsets.front().is_some_and(|(_, done)| *done) {
            account.offsets.pop_front();
        }
    }

    /// What may be committed and is not: by partition, the next offset to read.
    pub(crate) fn due(&self) -> BTreeMap<i32, i64> {
        let points = self.partitions.iter().map(|(partition, account)| (*partition, account));
        points
            .filter(|(_, account)| account.point() > account.committed)
            .map(|(partition, account)| (partition, account.point()))
            .collect()
    }

    /// The coordinator has these.
    pub(crate) fn commit(&mut self, next_offsets: &BTreeMap<i32, i64>) {
        for (partition, next) in next_offsets {
            if let Some(account) = self.partitions.get_mut(partition) {
                account.committed = account.committed.max(*next);
            }
        }
    }

    /// The next offset that is not done, of a partition from which a record came.
    pub(crate) fn point(&self, partition: i32) -> Option<i64> {
        self.partitions.get(&partition).map(Account::point)
    }

    /// Whether all that came from the partition is done.
    pub(crate) fn is_settled(&self, partition: i32) -> bool {
        self.partitions.get(&partition).is_none_or(|account| account.offsets.is_empty())
    }

    /// These partitions are another member's.
    pub(crate) fn forget(&mut self, partitions: &BTreeSet<i32>) {
        self.partitions.retain(|partition, _| !partitions.contains(partition));
    }
}

impl Account {
    fn from(offset: i64) -> Self {
        Self { offsets: VecDeque::new(), next: offset, committed: offset }
    }

    fn point(&self) -> i64 {
        self.offsets.front().map_or(self.next, |(offset, _)| *offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_due_before_the_first_record_is_done() {
        let mut ledger = Ledger::default();
        ledger.receive(0, 5);
        ledger.receive(0, 9);
        assert_eq!(ledger.due(), BTreeMap::new());
        ledger.settle_one(0, 9);
        assert_eq!(ledger.due(), BTreeMap::new());
        ledger.settle_one(0, 5);
        assert_eq!(ledger.due(), BTreeMap::from([(0, 10)]));
        ledger.commit(&BTreeMap::from([(0, 10)]));
        assert_eq!(ledger.due(), BTreeMap::new());
        assert!(ledger.is_settled(0));
    }

    #[test]
    fn partitions_that_are_gone_are_not_committed() {
        let mut ledger = Ledger::default();
        ledger.receive(0, 5);
        ledger.receive(1, 5);
        ledger.forget(&BTreeSet::from([0]));
        ledger.settle_one(0, 5);
        ledger.settle_one(1, 5);
        assert_eq!(ledger.due(), BTreeMap::from([(1, 6)]));
    }

    #[test]
    fn a_log_that_begins_again_is_counted_anew() {
        let mut ledger = Ledger::default();
        ledger.receive(0, 100);
        ledger.receive(0, 3);
        ledger.settle_one(0, 100);
        assert_eq!(ledger.due(), BTreeMap::new());
        ledger.settle_one(0, 3);
        assert_eq!(ledger.due(), BTreeMap::from([(0, 4)]));
    }

    proptest! {
        #[test]
        fn what_is_due_has_nothing_open_before_it(
            steps in proptest::collection::vec((1_i64..4, any::<prop::sample::Index>()), 1..60),
        ) {
            let mut ledger = Ledger::default();
            let (mut open, mut offset) = (BTreeSet::new(), 10);
            for (gap, chosen) in steps {
                offset += gap;
                ledger.receive(0, offset);
                open.insert(offset);
                let settled = *chosen.get(&open.iter().copied().collect::<Vec<_>>());
                ledger.settle_one(0, settled);
                open.remove(&settled);
                let point = open.first().copied().unwrap_or(offset + 1);
                prop_assert_eq!(ledger.point(0), Some(point));
                prop_assert_eq!(ledger.is_settled(0), open.is_empty());
            }
        }
    }
}
