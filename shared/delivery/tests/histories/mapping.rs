//! An event source mapping, as bad as its documentation allows.

use crate::flaw::Flaw;
use crate::invocation::Invocation;
use crate::log::Log;
use crate::store::FaultyStore;
use delivery::{Delivered, DeliveryError};
use fastrand::Rng;
use std::fmt;
use std::ops::{AddAssign, Range};
use std::task::Poll;

/// An event source mapping, with one poller or several that don't know of each other.
///
/// What it keeps to is little: a batch starts at the start of the log, or where a batch ended that was
/// delivered, and what was not delivered comes again.
pub(crate) struct Mapping<'a> {
    log: &'a Log,
    store: &'a FaultyStore,
    rng: Rng,
    flaw: Option<Flaw>,
    /// The committed offset, as an index of the log's records.
    committed: usize,
    pollers: Vec<Poller<'a>>,
    most_records: usize,
    crash_per_mille: u16,
    is_draining: bool,
    tally: Tally,
    complaints: Vec<String>,
}

/// What happened in a history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Invocations that were started.
    pub(crate) invocations: u64,
    /// Invocations that were killed.
    pub(crate) crashes: u64,
    /// Invocations that failed.
    pub(crate) failures: u64,
    /// Rebalances, and invocations that went on after their poller gave them up.
    pub(crate) twins: u64,
    /// What the successful ones did.
    pub(crate) delivered: Delivered,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.crashes += other.crashes;
        self.failures += other.failures;
        self.twins += other.twins;
        self.delivered += other.delivered;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invocations, crashes, failures, twins, delivered } = self;
        let Delivered { objects, records, redelivered, markers, retries, .. } = delivered;
        write!(f, "{invocations} invocations ({crashes} crashed, {failures} failed, {twins} twins), ")?;
        write!(f, "{records} records written in {objects} objects, {redelivered} found written, ")?;
        write!(f, "{markers} markers, {retries} retries")
    }
}

#[derive(Default)]
struct Poller<'a> {
    /// Where its next batch starts.
    position: usize,
    /// Where its next batches end, if that is settled; the next one last.
    ends: Vec<usize>,
    invocation: Option<Invocation<'a>>,
    /// Whether it starts nothing more.
    is_leaving: bool,
}

impl<'a> Mapping<'a> {
    /// A mapping at the start of a log.
    pub(crate) fn random(rng: &mut Rng, log: &'a Log, store: &'a FaultyStore, flaw: Option<Flaw>) -> Self {
        Self {
            log,
            store,
            rng: rng.fork(),
            flaw,
            committed: 0,
            pollers: vec![Poller::default()],
            most_records: if rng.bool() { log.offsets().len() } else { rng.usize(1..=log.offsets().len()) },
            crash_per_mille: [0, 5, 40][rng.usize(..3)],
            is_draining: false,
            tally: Tally::default(),
            complaints: Vec::new(),
        }
    }

    /// Lets one thing happen.
    pub(crate) fn step(&mut self) {
        match self.rng.u8(..100) {
            0 if !self.is_draining => self.rebalance(),
            1..5 => {
                self.store.serve_straggler();
            }
            _ => {
                let turn = self.rng.usize(..self.pollers.len());
                self.advance(turn);
            }
        }
    }

    /// Delivers what is left, while the late ones end, and says what happened and what should not have.
    pub(crate) fn drain(mut self) -> (Tally, Vec<String>) {
        self.store.tell(|| format!("draining from record {}", self.committed));
        self.store.calm();
        self.is_draining = true;
        self.pollers.retain_mut(|poller| {
            poller.is_leaving = true;
            poller.invocation.is_some()
        });
        self.pollers.push(Poller { position: self.committed, ..Poller::default() });
        while !self.pollers.is_empty() {
            self.step();
        }
        while self.store.serve_straggler() {}
        (self.tally, self.complaints)
    }

    /// Hands the partition to another poller; the one that had it may learn of that late.
    fn rebalance(&mut self) {
        if self.pollers.len() > 3 {
            return;
        }
        let position = match self.flaw {
            Some(Flaw::StartsAnywhere) => self.rng.usize(..=self.committed),
            _ => self.committed,
        };
        self.store.tell(|| format!("rebalance: a poller starts at record {position}"));
        self.tally.twins += 1;
        let keeps_on = self.rng.u8(..4) == 0;
        for poller in &mut self.pollers {
            poller.is_leaving |= !keeps_on;
        }
        self.pollers.push(Poller { position, ..Poller::default() });
    }

    fn advance(&mut self, turn: usize) {
        let poller = &mut self.pollers[turn];
        let Some(invocation) = &mut poller.invocation else {
            return self.start(turn);
        };
        if self.rng.u8(..16) >= invocation.pace {
            return;
        }
        let may_crash = !self.is_draining || poller.is_leaving;
        if may_crash && self.rng.u16(..1000) < self.crash_per_mille {
            return self.abandon(turn);
        }
        match invocation.step(&mut self.rng) {
            Poll::Pending => {}
            Poll::Ready(Ok(delivered)) => self.succeed(turn, delivered),
            Poll::Ready(Err(error)) => self.fail(turn, &error),
        }
    }

    fn start(&mut self, turn: usize) {
        let poller = &mut self.pollers[turn];
        let records = self.log.offsets().len();
        if poller.is_leaving || self.is_draining && poller.position == records {
            self.pollers.swap_remove(turn);
            if self.pollers.is_empty() && !self.is_draining {
                self.pollers.push(Poller { position: self.committed, ..Poller::default() });
            }
            return;
        }
        if poller.position == records {
            return;
        }
        let any_end = poller.position + self.rng.usize(1..=self.most_records);
        let batch = poller.position..poller.ends.pop().unwrap_or(any_end).min(records);
        self.store.tell(|| format!("invocation with records {batch:?}"));
        self.tally.invocations += 1;
        let invocation = Invocation::random(&mut self.rng, self.log, self.store, batch);
        self.pollers[turn].invocation = Some(invocation);
    }

    /// The process dies, or the poller waits no longer while it goes on.
    fn abandon(&mut self, turn: usize) {
        let invocation =
            self.pollers[turn].invocation.take().expect("only a running invocation is abandoned");
        let batch = invocation.batch.clone();
        if self.is_draining || self.rng.u8(..4) > 0 {
            self.store.tell(|| format!("crash with records {batch:?}"));
            self.tally.crashes += 1;
        } else {
            self.store.tell(|| format!("poller gives up waiting for records {batch:?}"));
            self.tally.twins += 1;
            let is_leaving = true;
            self.pollers.push(Poller { invocation: Some(invocation), is_leaving, ..Poller::default() });
        }
        self.redeliver(turn, batch);
    }

    fn succeed(&mut self, turn: usize, delivered: Delivered) {
        self.tally.delivered += delivered;
        let poller = &mut self.pollers[turn];
        let batch = poller.invocation.take().expect("it has just succeeded").batch;
        poller.position = batch.end;
        poller.ends.retain(|end| *end > batch.end);
        // A commit may be lost; one of a late success takes the committed offset back.
        let is_committed = self.rng.u8(..8) > 0;
        if is_committed {
            self.committed = batch.end;
        }
        self.store.tell(|| format!("success with records {batch:?}, committed: {is_committed}"));
        if let Some(offset) =
            self.log.offsets()[batch.clone()].iter().find(|offset| !self.store.holds(**offset))
        {
            self.complaints.push(format!("offset {offset} was acknowledged before it was written"));
        }
        let counted = delivered.records + delivered.redelivered;
        if counted != batch.len() as u64 {
            self.complaints
                .push(format!("{counted} of the {} records of {batch:?} were counted", batch.len()));
        }
    }

    fn fail(&mut self, turn: usize, error: &DeliveryError) {
        let batch = self.pollers[turn].invocation.take().expect("it has just failed").batch;
        self.store.tell(|| format!("failure with records {batch:?}: {error}"));
        self.tally.failures += 1;
        // The store fails at times, but not for who came when it was calm.
        let is_fair = self.is_draining && !self.pollers[turn].is_leaving;
        if is_fair || !matches!(error, DeliveryError::Store { .. }) {
            self.complaints.push(format!("{}: {error}", error.kind()));
        }
        // It would fail for ever.
        self.pollers[turn].is_leaving |= is_fair;
        self.redeliver(turn, batch);
    }

    /// What was not delivered comes again: the same, bisected, or with any other end.
    fn redeliver(&mut self, turn: usize, batch: Range<usize>) {
        let middle = batch.start + batch.len() / 2;
        let ends = &mut self.pollers[turn].ends;
        match self.rng.u8(..3) {
            0 => ends.push(batch.end),
            1 if middle > batch.start => ends.extend([batch.end, middle]),
            _ => ends.clear(),
        }
    }
}
