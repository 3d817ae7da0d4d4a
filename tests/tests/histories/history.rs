//! A topic, and how far its group has come.

use crate::format::Format;
use crate::tally::Tally;
use end_to_end::records::{Mark, TOPIC, event_with_values};
use fastrand::Rng;
use serde_json::Value;
use std::collections::BTreeMap;

/// One topic: the offsets of each partition, and how far its group has come.
pub(crate) struct History {
    seed: u64,
    /// Draws all that happens.
    pub(crate) rng: Rng,
    partitions: Vec<Partition>,
    values: BTreeMap<Mark, Vec<u8>>,
    /// What has happened.
    pub(crate) tally: Tally,
}

pub(crate) struct Partition {
    marks: Vec<Mark>,
    /// Index of the first mark that is not committed.
    committed: usize,
    /// Where batches have started: a late twin starts at one of these.
    starts: Vec<usize>,
}

impl History {
    /// Draws a topic.
    pub(crate) fn new(seed: u64, format: &Format) -> Self {
        let mut rng = Rng::with_seed(seed);
        let partitions: Vec<Partition> =
            (0..rng.i32(1..4)).map(|partition| Partition::new(&mut rng, partition)).collect();
        let marks: Vec<Mark> =
            partitions.iter().flat_map(|partition| partition.marks.iter().copied()).collect();
        let values = marks.iter().copied().zip(format.values(&marks)).collect();
        Self { seed, rng, partitions, values, tally: Tally::default() }
    }

    /// Whether all is committed.
    pub(crate) fn is_done(&self) -> bool {
        self.partitions.iter().all(|partition| partition.committed == partition.marks.len())
    }

    /// How many records of each partition the next batch has; at least one in all, where there are any.
    pub(crate) fn lengths(&mut self) -> Vec<usize> {
        loop {
            let rng = &mut self.rng;
            let lengths: Vec<usize> = self
                .partitions
                .iter()
                .map(|partition| rng.usize(0..=30).min(partition.marks.len() - partition.committed))
                .collect();
            if lengths.iter().any(|length| *length > 0) {
                return lengths;
            }
        }
    }

    /// The next batch: its event, and the first offset of each partition in it.
    pub(crate) fn batch(&mut self, lengths: &[usize]) -> (BTreeMap<i32, i64>, Vec<u8>) {
        let mut batch = Vec::new();
        let mut first_offsets = BTreeMap::new();
        for (partition, length) in self.partitions.iter_mut().zip(lengths).filter(|(_, length)| **length > 0)
        {
            partition.starts.push(partition.committed);
            let marks = &partition.marks[partition.committed..partition.committed + length];
            first_offsets.insert(marks[0].partition, marks[0].offset);
            batch.extend_from_slice(marks);
        }
        (first_offsets, self.event(&batch))
    }

    /// A batch of one partition that starts where some batch of it has started, of any length.
    pub(crate) fn late_batch(&mut self) -> Vec<u8> {
        let started: Vec<&Partition> =
            self.partitions.iter().filter(|partition| !partition.starts.is_empty()).collect();
        let partition = started[self.rng.usize(0..started.len())];
        let start = partition.starts[self.rng.usize(0..partition.starts.len())];
        let length = self.rng.usize(1..=40).min(partition.marks.len() - start);
        self.event(&partition.marks[start..start + length])
    }

    fn event(&self, marks: &[Mark]) -> Vec<u8> {
        event_with_values(marks, |mark| {
            let mut value = self.values[&mark].clone();
            if self.is_bad(mark) {
                value.pop();
            }
            value
        })
    }

    /// Whether a record's value is cut short; of some histories every seventh is.
    pub(crate) fn is_bad(&self, mark: Mark) -> bool {
        self.seed.is_multiple_of(3) && mark.offset % 7 == 3
    }

    /// Commits what the function has answered for.
    pub(crate) fn commit(&mut self, lengths: &[usize], first_offsets: &BTreeMap<i32, i64>, answer: &[u8]) {
        let failed = failed_partitions(answer);
        for (partition, offset) in &failed {
            assert_eq!(
                first_offsets.get(partition),
                Some(offset),
                "a failed partition comes again as a whole"
            );
        }
        self.tally.partial += u32::from(!failed.is_empty());
        for (partition, length) in self.partitions.iter_mut().zip(lengths) {
            if !failed.contains_key(&partition.marks[0].partition) {
                partition.committed += length;
            }
        }
    }

    /// All records.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Mark> {
        self.partitions.iter().flat_map(|partition| partition.marks.iter().copied())
    }
}

impl Partition {
    /// Offsets with gaps, as compaction and transactions leave them.
    fn new(rng: &mut Rng, partition: i32) -> Self {
        let bases = [
            0,
            1,
            rng.i64(2..100_000),
            (1 << 33) + rng.i64(0..100_000),
            i64::MAX - rng.i64(10_000..1_000_000),
        ];
        let mut offset = bases[rng.usize(0..bases.len())];
        let gaps = [0, 0, 5, 60][rng.usize(0..4)];
        let mut marks = Vec::new();
        for _ in 0..rng.usize(10..90) {
            marks.push(Mark { partition, offset });
            offset += 1 + if rng.u8(0..100) < gaps { rng.i64(1..40) } else { 0 };
        }
        Self { marks, committed: 0, starts: Vec::new() }
    }
}

/// The partitions that an answer names as failed, with the offsets from which they are to come again.
fn failed_partitions(answer: &[u8]) -> BTreeMap<i32, i64> {
    let answer: Value = serde_json::from_slice(answer).expect("an answer is JSON");
    let failures = answer["batchItemFailures"].as_array().expect("an answer names what failed");
    let parse = |failure: &Value| {
        let item = &failure["itemIdentifier"];
        let partition = item["partition"].as_str()?.strip_prefix(TOPIC)?.strip_prefix('-')?;
        Some((partition.parse().ok()?, item["offset"].as_i64()?))
    };
    failures
        .iter()
        .map(|failure| parse(failure).unwrap_or_else(|| panic!("{failure} names nothing")))
        .collect()
}
