//! A batch that failed, and how it comes again.
//!
//! That a batch fails is documented, and that it is retried; not with which limits. So a retry here is cut
//! anew: it is the same batch, or a shorter one whose rest follows, or a longer one with records that came
//! since. What does not change: a partition's records keep their order, and nothing is passed over.

use super::batch::Envelope;
use super::batcher::Limits;
use super::held::Held;
use super::tries::{Condition, Piece};
use fastrand::Rng;
use record::event::EventWriter;
use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;

/// What is left of a batch that failed: pieces that are tried one after the other.
#[derive(Debug)]
pub(crate) struct Chain {
    pieces: VecDeque<Piece>,
    /// Failures since the last success.
    pub(crate) failures: u32,
    /// When it goes on.
    pub(crate) at: Instant,
}

/// What a batch is cut by.
#[derive(Debug)]
pub(crate) struct Shears<'s> {
    pub(crate) envelope: &'s Envelope,
    pub(crate) limits: Limits,
    /// The least timestamp of a record that may still be sent.
    pub(crate) oldest_ms: i64,
}

impl Chain {
    pub(crate) fn of(piece: Piece, at: Instant) -> Self {
        Self { pieces: VecDeque::from([piece]), failures: 0, at }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(crate) fn partitions(&self) -> BTreeSet<i32> {
        self.pieces.iter().flat_map(|piece| piece.batch.partitions()).collect()
    }

    /// The piece that goes next, as it is.
    pub(crate) fn next(&self) -> Option<&Piece> {
        self.pieces.front()
    }

    /// Takes the piece that goes next, as it is.
    pub(crate) fn take(&mut self) -> Option<Piece> {
        self.pieces.pop_front()
    }

    /// Lets pieces go before all others, in this order.
    pub(crate) fn put_first(&mut self, pieces: Vec<Piece>) {
        for piece in pieces.into_iter().rev() {
            self.pieces.push_front(piece);
        }
    }

    /// Dooms records that are too old, wherever they stand. Neighbours that share a fate stay together.
    pub(crate) fn expire(&mut self, shears: &Shears<'_>) {
        let is_old = |record: &crate::kafka::Record| record.timestamp_ms < shears.oldest_ms;
        for piece in std::mem::take(&mut self.pieces) {
            if piece.tries.doom.is_some() || !piece.batch.records().iter().any(is_old) {
                self.pieces.push_back(piece);
                continue;
            }
            let mut records = piece.batch.into_records().into_iter().peekable();
            while let Some(first) = records.next() {
                let old = is_old(&first);
                let mut run = vec![first];
                run.extend(std::iter::from_fn(|| records.next_if(|record| is_old(record) == old)));
                let mut tries = piece.tries.clone();
                tries.doom = old.then_some(Condition::RecordAgeExceeded);
                let batch = shears.envelope.batch(run).expect("a run has a first record");
                self.pieces.push_back(Piece { batch, tries });
            }
        }
    }

    /// Takes what the next try holds: at first the piece as it is, then by chance.
    pub(crate) fn cut(&mut self, shears: &Shears<'_>, dice: &mut Rng, held: &mut Held) -> Vec<Piece> {
        let Some(piece) = self.take() else { return Vec::new() };
        if piece.tries.invocations == 0 {
            return vec![piece];
        }
        let length = piece.batch.records().len();
        match dice.u8(0..3) {
            0 if length > 1 => {
                let (now, later) = shears.split(piece, dice.usize(1..length));
                self.pieces.push_front(later);
                vec![now]
            }
            1 if length < shears.limits.records => {
                let target = dice.usize(length + 1..=shears.limits.records);
                self.lengthen(piece, target, shears, held)
            }
            _ => vec![piece],
        }
    }

    /// Adds what follows, up to so many records, as far as one event holds it.
    fn lengthen(&mut self, first: Piece, target: usize, shears: &Shears<'_>, held: &mut Held) -> Vec<Piece> {
        let mut partitions = first.batch.partitions();
        partitions.extend(self.partitions());
        let mut event = shears.envelope.writer();
        for record in first.batch.records() {
            event.push(&record.in_topic(&shears.envelope.topic));
        }
        let mut room = target - first.batch.records().len();
        let mut load = vec![first];
        while room > 0
            && let Some(piece) = self.pieces.pop_front_if(|piece| piece.tries.doom.is_none())
        {
            let length = piece.batch.records().len();
            let wanted = piece.batch.records().iter().take(room);
            let fits = wanted.take_while(|record| shears.fits(&mut event, record)).count();
            room -= fits;
            if fits == length {
                load.push(piece);
                continue;
            }
            if fits == 0 {
                self.pieces.push_front(piece);
            } else {
                let (now, later) = shears.split(piece, fits);
                load.push(now);
                self.pieces.push_front(later);
            }
            return load;
        }
        // What is doomed goes before what came since.
        if self.pieces.is_empty() {
            let mut since = Vec::new();
            while since.len() < room
                && let Some(record) = held.pop(&partitions)
            {
                if record.timestamp_ms < shears.oldest_ms || !shears.fits(&mut event, &record) {
                    held.put_back(record);
                    break;
                }
                since.push(record);
            }
            load.extend(shears.envelope.batch(since).map(Piece::fresh));
        }
        load
    }

    /// Drops the records of partitions that another poller reads from now on.
    pub(crate) fn forget(&mut self, partitions: &BTreeSet<i32>, envelope: &Envelope) {
        let pieces = std::mem::take(&mut self.pieces).into_iter();
        let keep = |Piece { batch, tries }| {
            let batch = batch.retain(envelope, |record| !partitions.contains(&record.partition))?;
            Some(Piece { batch, tries })
        };
        self.pieces = pieces.filter_map(keep).collect();
    }
}

impl Shears<'_> {
    /// The first records of a piece, so many, and the others.
    pub(crate) fn split(&self, Piece { batch, tries }: Piece, length: usize) -> (Piece, Piece) {
        let (first, rest) = batch.split(self.envelope, length);
        (Piece { batch: first, tries: tries.clone() }, Piece { batch: rest, tries })
    }

    /// Writes a record into an event unless that would be too long.
    fn fits(&self, event: &mut EventWriter, record: &crate::kafka::Record) -> bool {
        event.push_within(&record.in_topic(&self.envelope.topic), self.limits.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::tests::{batch, envelope, record};
    use fastrand::Rng;
    use proptest::prelude::*;
    use std::time::Duration;

    const LIMITS: Limits = Limits { records: 8, bytes: 4000, window: Duration::ZERO };

    fn shears(envelope: &Envelope) -> Shears<'_> {
        Shears { envelope, limits: LIMITS, oldest_ms: i64::MIN }
    }

    fn offsets<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Vec<(i32, i64)> {
        let records = pieces.into_iter().flat_map(|piece| piece.batch.records());
        records.map(|record| (record.partition, record.offset)).collect()
    }

    fn tried(offsets: &[(i32, i64)]) -> Chain {
        let mut piece = Piece::fresh(batch(offsets));
        piece.tries.invocations = 1;
        Chain::of(piece, Instant::now())
    }

    #[test]
    fn a_first_try_is_the_batch_as_it_is() {
        let envelope = envelope();
        let mut held = Held::default();
        held.push(record(0, 3, 1));
        for seed in 0..20 {
            let mut chain = Chain::of(Piece::fresh(batch(&[(0, 1), (0, 2)])), Instant::now());
            let load = chain.cut(&shears(&envelope), &mut Rng::with_seed(seed), &mut held);
            assert_eq!(offsets(&load), [(0, 1), (0, 2)]);
        }
    }

    #[test]
    fn a_retry_is_the_same_a_shorter_or_a_longer_batch() {
        let envelope = envelope();
        let mut lengths = BTreeSet::new();
        for seed in 0..100 {
            let mut held = Held::default();
            for (partition, offset) in [(0, 7), (1, 2), (0, 8), (2, 1)] {
                held.push(record(partition, offset, 1));
            }
            let mut chain = tried(&[(0, 4), (1, 1), (0, 6)]);
            let load = chain.cut(&shears(&envelope), &mut Rng::with_seed(seed), &mut held);
            lengths.insert(offsets(&load).len());
            assert!(!offsets(&load).contains(&(2, 1)), "another partition's record does not join");
        }
        // Three records failed, and three of their partitions came since.
        assert_eq!(lengths, BTreeSet::from([1, 2, 3, 4, 5, 6]));
    }

    #[test]
    fn records_that_are_too_old_are_doomed_where_they_stand() {
        let envelope = envelope();
        let mut chain = tried(&[(0, 1), (0, 5), (0, 2), (0, 6), (0, 7)]);
        // The tests' records have their offset as the end of their timestamp.
        chain.expire(&Shears { oldest_ms: 1_700_000_000_005, ..shears(&envelope) });
        let pieces: Vec<_> =
            chain.pieces.iter().map(|piece| (offsets([piece]), piece.tries.doom.is_some())).collect();
        let expected = [
            (vec![(0, 1)], true),
            (vec![(0, 5)], false),
            (vec![(0, 2)], true),
            (vec![(0, 6), (0, 7)], false),
        ];
        assert_eq!(pieces, expected);
    }

    proptest! {
        #[test]
        fn however_retries_are_cut_order_is_kept_and_nothing_is_passed_over(
            failing in proptest::collection::vec((0_i32..3, 1_i64..3, 0_usize..900), 1..8),
            since in proptest::collection::vec((0_i32..3, 1_i64..3, 0_usize..900), 0..20),
            seed in any::<u64>(),
            fails in proptest::collection::vec(any::<bool>(), 0..40),
        ) {
            let envelope = envelope();
            let mut next = [0_i64; 3];
            let mut make = |(partition, gap, bytes): &(i32, i64, usize)| {
                next[*partition as usize] += gap;
                record(*partition, next[*partition as usize], *bytes)
            };
            let records: Vec<_> = failing.iter().map(&mut make).collect();
            let blocked: BTreeSet<i32> = records.iter().map(|record| record.partition).collect();
            let mut all: Vec<(i32, i64)> = records.iter().map(|r| (r.partition, r.offset)).collect();
            let mut piece = Piece::fresh(envelope.batch(records).unwrap());
            piece.tries.invocations = 1;
            let mut chain = Chain::of(piece, Instant::now());
            let mut held = Held::default();
            for record in since.iter().map(&mut make).filter(|record| blocked.contains(&record.partition)) {
                all.push((record.partition, record.offset));
                held.push(record);
            }
            let (mut dice, mut fails) = (Rng::with_seed(seed), fails.into_iter());
            let mut done = Vec::new();
            while !chain.is_empty() {
                let mut load = chain.cut(&shears(&envelope), &mut dice, &mut held);
                let length: usize = load.iter().map(|piece| piece.batch.records().len()).sum();
                prop_assert!((1..=LIMITS.records).contains(&length));
                if fails.next().unwrap_or(false) {
                    load.iter_mut().for_each(|piece| piece.tries.invocations += 1);
                    chain.put_first(load);
                } else {
                    done.extend(offsets(&load));
                }
            }
            let rest = held.release(&BTreeSet::new());
            done.extend(rest.iter().map(|record| (record.partition, record.offset)));
            for partition in 0..3 {
                let of = |all: &[(i32, i64)]| -> Vec<i64> {
                    all.iter().filter(|(p, _)| *p == partition).map(|(_, offset)| *offset).collect()
                };
                prop_assert_eq!(of(&done), of(&all));
            }
        }
    }
}
