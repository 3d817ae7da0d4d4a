//! What Kafka has, compared with what stands in S3: every record once, byte for byte.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// How many examples of each kind of difference are kept.
const EXAMPLES: usize = 5;

/// Every committed record of a topic, and how often it has landed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By partition, in the order of the offsets.
    partitions: BTreeMap<i32, Vec<Entry>>,
    differences: BTreeMap<Difference, Examples>,
}

#[derive(Debug)]
struct Entry {
    offset: i64,
    digest: u64,
    landed: u32,
}

/// How what stands in S3 differs from what Kafka has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// A record stands in no object.
    Lost,
    /// A record stands in a further line.
    Doubled,
    /// A line is not its record's value.
    Altered,
    /// A line stands for an offset at which Kafka has no committed record.
    NeverCommitted,
    /// An object is not what its own key and metadata say.
    Damaged,
}

/// How often something happened, and where first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Examples {
    /// How often.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) first: Vec<String>,
}

impl Ledger {
    /// Enters a committed record. Offsets of a partition ascend.
    pub(crate) fn enter(&mut self, partition: i32, offset: i64, value: Option<&[u8]>) {
        let entries = self.partitions.entry(partition).or_default();
        assert!(
            entries.last().is_none_or(|last| last.offset < offset),
            "{partition}@{offset} comes too late"
        );
        entries.push(Entry { offset, digest: digest(value), landed: 0 });
    }

    /// How many records are entered.
    pub(crate) fn records(&self) -> u64 {
        self.partitions.values().map(|entries| entries.len() as u64).sum()
    }

    /// By partition, the offset behind the last record.
    pub(crate) fn ends(&self) -> BTreeMap<i32, i64> {
        let end = |entries: &Vec<Entry>| entries.last().map(|last| last.offset + 1);
        self.partitions.iter().filter_map(|(partition, entries)| Some((*partition, end(entries)?))).collect()
    }

    /// Ticks off what an object has at this offset. Each object has an offset at most once.
    pub(crate) fn tick(&mut self, partition: i32, offset: i64, landed: Landed<'_>) {
        let entries = self.partitions.get_mut(&partition).map_or(&mut [][..], Vec::as_mut_slice);
        let difference = match entries.binary_search_by_key(&offset, |entry| entry.offset) {
            Err(_) => Some(Difference::NeverCommitted),
            Ok(index) => {
                let entry = &mut entries[index];
                entry.landed += 1;
                if entry.digest != digest(landed.value) {
                    Some(Difference::Altered)
                } else {
                    (entry.landed > 1).then_some(Difference::Doubled)
                }
            }
        };
        if let Some(difference) = difference {
            self.note(difference, format!("{partition}@{offset} in {}", landed.key));
        }
    }

    /// All differences, once everything is ticked off. None means that each record has landed once.
    pub(crate) fn close(mut self) -> BTreeMap<Difference, Examples> {
        let lost: Vec<String> = self
            .partitions
            .iter()
            .flat_map(|(partition, entries)| {
                entries
                    .iter()
                    .filter(|entry| entry.landed == 0)
                    .map(move |entry| format!("{partition}@{}", entry.offset))
            })
            .collect();
        lost.into_iter().for_each(|record| self.note(Difference::Lost, record));
        self.differences
    }

    /// Keeps a difference, with an example.
    pub(crate) fn note(&mut self, difference: Difference, example: String) {
        let examples = self.differences.entry(difference).or_default();
        examples.count += 1;
        if examples.first.len() < EXAMPLES {
            examples.first.push(example);
        }
    }
}

/// What an object has of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Landed<'a> {
    /// The object's key.
    pub(crate) key: &'a str,
    /// The value; none for a tombstone.
    pub(crate) value: Option<&'a [u8]>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "lost",
            Self::Doubled => "doubled",
            Self::Altered => "altered",
            Self::NeverCommitted => "never committed",
            Self::Damaged => "damaged",
        })
    }
}

/// A tombstone's line is `null`, which no other record of these runs has for a value.
fn digest(value: Option<&[u8]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.unwrap_or(b"null").hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two partitions with gaps, of which each record has landed.
    fn landed() -> Ledger {
        let mut ledger = Ledger::default();
        for (partition, offset, value) in RECORDS {
            ledger.enter(partition, offset, value);
        }
        for (partition, offset, value) in RECORDS {
            ledger.tick(partition, offset, Landed { key: "a", value });
        }
        ledger
    }

    const RECORDS: [(i32, i64, Option<&[u8]>); 4] =
        [(0, 3, Some(b"{}")), (0, 7, None), (0, 9, Some(b"[1]")), (4, 0, Some(b"{}"))];

    #[track_caller]
    fn check(ledger: Ledger, expected: &[(Difference, &str)]) {
        let expected = expected.iter().map(|(difference, example)| {
            (*difference, Examples { count: 1, first: vec![(*example).to_owned()] })
        });
        assert_eq!(ledger.close(), expected.collect());
    }

    #[test]
    fn each_record_once_is_no_difference() {
        assert_eq!(landed().records(), 4);
        assert_eq!(landed().ends(), [(0, 10), (4, 1)].into());
        check(landed(), &[]);
    }

    #[test]
    fn a_record_that_never_landed_is_lost() {
        let mut ledger = landed();
        ledger.enter(4, 5, Some(b"{}"));
        check(ledger, &[(Difference::Lost, "4@5")]);
    }

    #[test]
    fn a_record_in_two_objects_is_doubled() {
        let mut ledger = landed();
        ledger.tick(0, 7, Landed { key: "b", value: None });
        check(ledger, &[(Difference::Doubled, "0@7 in b")]);
    }

    #[test]
    fn other_bytes_than_the_records_are_a_difference() {
        let mut ledger = Ledger::default();
        ledger.enter(0, 1, Some(b"1.50"));
        ledger.tick(0, 1, Landed { key: "b", value: Some(b"1.5") });
        check(ledger, &[(Difference::Altered, "0@1 in b")]);
    }

    #[test]
    fn what_kafka_does_not_have_is_a_difference() {
        for (partition, offset) in [(0, 4), (0, 10), (1, 0)] {
            let mut ledger = landed();
            ledger.tick(partition, offset, Landed { key: "b", value: Some(b"{}") });
            check(ledger, &[(Difference::NeverCommitted, &format!("{partition}@{offset} in b"))]);
        }
    }
}
