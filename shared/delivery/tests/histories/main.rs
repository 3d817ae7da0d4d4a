//! Random histories: whatever is delivered again, each offset stands in exactly one object.
//!
//! A history is a [log], an event source [mapping] that delivers it, and a [store] that fails. Its steps are
//! taken one at a time, in an order that depends on a seed only, so that any interleaving may come up and
//! can come up again:
//!
//! ```sh
//! LANDFALL_HISTORIES=1000000 cargo test --release -p delivery --test histories -- --nocapture
//! LANDFALL_SEED=4711 cargo test -p delivery --test histories -- --nocapture each_offset
//! ```

#![allow(clippy::print_stdout, reason = "a helper of tests says what they went through")]

mod flaw;
mod invocation;
mod log;
mod mapping;
mod store;
mod verdict;

use fastrand::Rng;
use flaw::Flaw;
use log::Log;
use mapping::{Mapping, Tally};
use std::env;
use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::thread;
use store::FaultyStore;
use verdict::Verdict;

/// How many histories a test run goes through, unless `LANDFALL_HISTORIES` says otherwise.
const HISTORIES: u64 = 20_000;

struct History {
    seed: u64,
    tally: Tally,
    verdict: Verdict,
    tale: Vec<String>,
}

impl History {
    fn run(seed: u64, flaw: Option<Flaw>, telling: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let log = Log::random(&mut rng);
        let store = FaultyStore::random(&mut rng, flaw, telling);
        let mut mapping = Mapping::random(&mut rng, &log, &store, flaw);
        for _ in 0..rng.u32(..1000) {
            mapping.step();
        }
        let (tally, complaints) = mapping.drain();
        let mut verdict = Verdict::of(&log, &store);
        verdict.complaints.extend(complaints);
        Self { seed, tally, verdict, tale: store.tale() }
    }
}

/// What happened in many histories.
#[derive(Default)]
struct Summary {
    histories: u64,
    tally: Tally,
    lost: u64,
    doubled: u64,
    /// Those with the lowest seeds come first.
    unclean: Vec<(u64, Verdict)>,
}

impl Summary {
    /// Runs the histories of these seeds, side by side.
    fn of(seeds: Range<u64>, flaw: Option<Flaw>) -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let mut summary = Self::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|worker| seeds.clone().skip(worker).step_by(threads))
                .map(|seeds| {
                    scope.spawn(|| seeds.map(|seed| History::run(seed, flaw, false)).collect::<Self>())
                })
                .collect();
            for worker in workers {
                summary.merge(worker.join().expect("histories don't panic"));
            }
        });
        summary.unclean.sort_by_key(|(seed, _)| *seed);
        summary
    }

    fn merge(&mut self, other: Self) {
        self.histories += other.histories;
        self.tally += other.tally;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.unclean.extend(other.unclean);
    }
}

impl FromIterator<History> for Summary {
    fn from_iter<I: IntoIterator<Item = History>>(histories: I) -> Self {
        let mut summary = Self::default();
        for History { seed, tally, verdict, .. } in histories {
            summary.histories += 1;
            summary.tally += tally;
            summary.lost += verdict.lost.len() as u64;
            summary.doubled += verdict.doubled.len() as u64;
            if !verdict.is_clean() {
                summary.unclean.push((seed, verdict));
            }
        }
        summary
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { histories, tally, lost, doubled, unclean } = self;
        write!(f, "{histories} histories, {tally}, {lost} lost, {doubled} doubled, {} unclean", unclean.len())
    }
}

#[test]
fn each_offset_stands_in_exactly_one_object() {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    if let Some(seed) = number("LANDFALL_SEED") {
        let History { tally, verdict, tale, .. } = History::run(seed, None, true);
        println!("{}\n{tally}", tale.join("\n"));
        assert_eq!(verdict, Verdict::default());
        return;
    }
    let summary = Summary::of(0..number("LANDFALL_HISTORIES").unwrap_or(HISTORIES), None);
    println!("{summary}");
    if let Some((seed, verdict)) = summary.unclean.first() {
        panic!("{summary}\nLANDFALL_SEED={seed} tells the tale of the first of them: {verdict:#?}");
    }
}

/// Runs some hundred histories that have a flaw, and looks whether it shows.
#[track_caller]
fn check(flaw: Flaw, loses: bool, doubles: bool) {
    let summary = Summary::of(0..500, Some(flaw));
    println!("{flaw:?}: {summary}");
    assert_eq!((summary.lost > 0, summary.doubled > 0), (loses, doubles), "{flaw:?}: {summary}");
}

#[test]
fn a_protocol_that_overwrites_loses_and_doubles() {
    check(Flaw::Overwrites, true, true);
}

#[test]
fn a_protocol_that_takes_what_exists_for_delivered_loses_and_doubles() {
    check(Flaw::TakenIsDone, true, true);
}

#[test]
fn a_protocol_without_markers_doubles() {
    check(Flaw::NoMarkers, false, true);
}

#[test]
fn a_mapping_that_starts_batches_where_none_ended_doubles() {
    check(Flaw::StartsAnywhere, false, true);
}

#[test]
fn a_history_depends_on_its_seed_only() {
    let (one, other) = (History::run(4711, None, true), History::run(4711, None, true));
    assert!(one.tale.len() > 10 && one.tale == other.tale && one.tally == other.tally);
}
