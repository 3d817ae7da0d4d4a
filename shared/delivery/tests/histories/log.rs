//! The log of a history: one partition of a topic, as a consumer sees it.

use bytes::Bytes;
use delivery::{BodyError, Coverage, Deliverable};
use fastrand::Rng;
use record::Identity;
use std::collections::BTreeMap;
use std::ops::Range;

/// A log, and the rule by which its records share objects.
pub(crate) struct Log {
    offsets: Vec<i64>,
    salt: u64,
    paths: u64,
    /// `flush.size`; the largest number where there is none.
    flush_size: i64,
}

/// What the records of an object have in common: their path and their flush cell.
type Place = (u64, i64);

impl Log {
    /// A log of any shape that a topic may have.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let first = match rng.u8(..3) {
            0 => 0,
            1 => rng.i64(1..1000),
            _ => rng.i64(1 << 33..1 << 40),
        };
        // Neither runs nor a bitmap of so many offsets over so wide a span fit an object's metadata.
        let scattered = rng.u8(..100) == 0;
        let records = if scattered { rng.usize(1500..2000) } else { rng.usize(1..60) };
        let (gap_percent, widest_gap) = match rng.u8(..3) {
            _ if scattered => (90, 25),
            0 => (0, 1),
            // The markers of transactions take an offset each.
            1 => (20, 2),
            // Compaction.
            _ => (60, 40),
        };
        let mut offsets = vec![first];
        for last in 1..records {
            let gap = if rng.u8(..100) < gap_percent { rng.i64(1..=widest_gap) } else { 0 };
            offsets.push(offsets[last - 1] + 1 + gap);
        }
        Self {
            offsets,
            salt: rng.u64(..),
            paths: if scattered { rng.u64(1..3) } else { rng.u64(1..5) },
            flush_size: if !scattered && rng.u8(..4) == 0 { rng.i64(1..10) } else { i64::MAX },
        }
    }

    /// The offsets, ascending.
    pub(crate) fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    /// Where a record goes: a pure function of it.
    pub(crate) fn place(&self, offset: i64) -> Place {
        let hash = Rng::with_seed(self.salt ^ offset.cast_unsigned()).u64(..);
        (hash % self.paths, offset / self.flush_size)
    }

    /// The key of the object that starts with this record.
    pub(crate) fn key(&self, offset: i64) -> String {
        format!("path={}/t+0+{offset:010}", self.place(offset).0)
    }

    /// The identity of a record.
    pub(crate) fn identity(&self, offset: i64) -> Identity {
        let value = (self.salt ^ offset.cast_unsigned()).to_le_bytes();
        Identity::of_parts(Some(offset / 7), Some(b"key"), Some(&value))
    }

    /// The groups of a batch, which is a range of the log's records.
    pub(crate) fn groups(&self, batch: Range<usize>) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<Place, Vec<i64>> = BTreeMap::new();
        for &offset in &self.offsets[batch] {
            groups.entry(self.place(offset)).or_default().push(offset);
        }
        groups.into_values().map(|offsets| Group { log: self, offsets }).collect()
    }
}

/// The records of a batch that share an object.
pub(crate) struct Group<'a> {
    log: &'a Log,
    offsets: Vec<i64>,
}

impl Deliverable for Group<'_> {
    fn topic(&self) -> &str {
        "t"
    }

    fn offsets(&self) -> &[i64] {
        &self.offsets
    }

    fn identity(&self, index: usize) -> Identity {
        self.log.identity(self.offsets[index])
    }

    fn key(&self, offset: i64) -> String {
        self.log.key(offset)
    }

    /// Often all, and else fewer, as the batch has it: what one object can hold may depend on its other records.
    fn together(&self, from: usize) -> usize {
        let rest = self.offsets.len() - from;
        let seed = self.log.salt ^ self.offsets[from].cast_unsigned() ^ ((self.offsets.len() as u64) << 40);
        let mut random = Rng::with_seed(seed);
        if random.u8(..4) == 0 { random.usize(1..=rest) } else { rest }
    }

    /// The offsets themselves, a line each.
    fn body(&self, rows: Range<usize>, _coverage: &Coverage) -> Result<Bytes, BodyError> {
        Ok(self.offsets[rows].iter().map(|offset| format!("{offset}\n")).collect::<String>().into())
    }

    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn content_encoding(&self) -> Option<&'static str> {
        None
    }
}
