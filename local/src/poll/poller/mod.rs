//! One poller: from its partitions to invocations, and from success to commits.

mod landing;
mod standing;
mod take_off;

use super::backlog::Backlog;
use super::batch::Envelope;
use super::batcher::Batcher;
use super::board::{Board, Status};
use super::chain::Chain;
use super::error::PollError;
use super::flight::{Flight, arrival};
use super::held::Held;
use super::invoke::{Deploy, Invoke};
use super::ledger::Ledger;
use super::mapping::Mapping;
use super::notice::Notice;
use super::polling::Polling;
use super::tries::Piece;
use crate::kafka::{Consumer, Measures, Received, Record};
use fastrand::Rng;
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Instant;

/// One poller of a mapping. It has at most one invocation in flight, which keeps the order of every partition.
///
/// A record is in one place at a time: in the batch that is being made, in a batch that waits, in flight, in a
/// batch that failed, or held behind one; the ledger says which are done.
pub(crate) struct Poller<'p, D, I> {
    polling: &'p Polling<'p, D>,
    board: &'p Board,
    function: &'p I,
    /// Which poller it is.
    number: u32,
    envelope: Envelope,
    dice: Rng,
    batcher: Batcher,
    backlog: Backlog,
    /// Batches that failed; no two of them share a partition.
    chains: Vec<Chain>,
    /// The partitions of those, and of what is in flight since.
    blocked: BTreeSet<i32>,
    held: Held,
    flight: Option<Flight<'p>>,
    ledger: Ledger,
    commit_at: Option<Instant>,
    assigned: BTreeSet<i32>,
    /// Whether the group has dealt out the partitions, be it none to this poller.
    is_dealt: bool,
    /// Which have no more records for now.
    ended: BTreeSet<i32>,
    paused: BTreeSet<i32>,
    measures: Measures,
    /// How many records of its partitions were not done when they were last measured.
    lag: i64,
    posted: Status,
}

impl<'p, D: Deploy, I: Invoke> Poller<'p, D, I> {
    pub(crate) fn new(polling: &'p Polling<'p, D>, board: &'p Board, function: &'p I, number: u32) -> Self {
        let envelope = polling.mapping.envelope();
        Self {
            polling,
            board,
            function,
            number,
            dice: Rng::with_seed(polling.seed.wrapping_add(number.into())),
            batcher: Batcher::new(envelope.clone(), polling.mapping.limits()),
            envelope,
            backlog: Backlog::default(),
            chains: Vec::new(),
            blocked: BTreeSet::new(),
            held: Held::default(),
            flight: None,
            ledger: Ledger::default(),
            commit_at: None,
            assigned: BTreeSet::new(),
            is_dealt: false,
            ended: BTreeSet::new(),
            paused: BTreeSet::new(),
            measures: Measures::default(),
            lag: 0,
            posted: Status::default(),
        }
    }

    /// Polls until `stop` ends; the flight that is under way then is waited for.
    pub(crate) async fn poll(
        &mut self,
        consumer: &mut Consumer,
        stop: impl Future<Output = ()>,
    ) -> Result<(), PollError> {
        self.measures.partitions = consumer.partitions();
        let mut stop = pin!(stop);
        let mut stopping = false;
        loop {
            if !stopping {
                self.take_off()?;
            }
            if self.commit_at.is_some_and(|at| at <= Instant::now() || stopping || self.nothing_more_comes())
            {
                self.commit(consumer).await;
            }
            if stopping && self.flight.is_none() {
                return Ok(());
            }
            self.post();
            self.regulate(consumer);
            let wake = self.wake_at();
            tokio::select! {
                biased;
                () = &mut stop, if !stopping => stopping = true,
                arrival = arrival(&mut self.flight) => self.land(consumer, arrival).await,
                received = consumer.next() => self.receive(received?),
                () = sleep_until(wake) => {}
            }
        }
    }

    fn mapping(&self) -> &'p Mapping {
        self.polling.mapping
    }

    fn tell(&self, notice: Notice<'_>) {
        (self.polling.watch)(notice);
    }

    /// Waiting for the window's end would be for nothing.
    fn nothing_more_comes(&self) -> bool {
        self.mapping().until_caught_up && self.has_read_all()
    }

    fn has_read_all(&self) -> bool {
        self.is_dealt && self.assigned.is_subset(&self.ended)
    }

    fn is_idle(&self) -> bool {
        self.flight.is_none()
            && self.batcher.is_empty()
            && self.backlog.is_empty()
            && self.chains.is_empty()
            && self.held.is_empty()
            && self.commit_at.is_none()
    }

    /// When there is something to do even if nothing happens.
    fn wake_at(&self) -> Option<Instant> {
        if self.flight.is_some() {
            return self.commit_at;
        }
        let chains = self.chains.iter().map(|chain| chain.at);
        chains.chain(self.batcher.due()).chain(self.commit_at).min()
    }

    /// Holds the flow of records while enough of them wait.
    fn regulate(&mut self, consumer: &Consumer) {
        let full =
            if self.backlog.is_full() { self.assigned.clone() } else { &self.held.full() & &self.assigned };
        let (more, less) = (&full - &self.paused, &self.paused - &full);
        if !more.is_empty() {
            consumer.pause(&more);
        }
        if !less.is_empty() {
            consumer.resume(&less);
        }
        self.paused = full;
    }

    fn receive(&mut self, received: Received) {
        match received {
            Received::Record(record) => {
                self.ended.remove(&record.partition);
                self.ledger.receive(record.partition, record.offset);
                if !self.mapping().keeps(record.value.as_deref()) {
                    // Passed over by the function, and processed for the group.
                    self.ledger.settle_one(record.partition, record.offset);
                    self.board.summary().filtered += 1;
                    self.commit_at.get_or_insert_with(|| Instant::now() + standing::COMMIT_PAUSE);
                } else if self.blocked.contains(&record.partition) {
                    self.held.push(record);
                } else {
                    self.admit(record, Instant::now());
                }
            }
            Received::EndOfPartition(partition) => {
                self.ended.insert(partition);
            }
            Received::Assigned(partitions) => {
                self.tell(Notice::Assigned { poller: self.number, partitions: &partitions });
                self.ended.retain(|partition| !partitions.contains(partition));
                // What is new flows even if the others were held.
                self.paused.retain(|partition| !partitions.contains(partition));
                self.assigned.extend(partitions);
                self.is_dealt = true;
            }
            Received::Revoked(partitions) => {
                self.tell(Notice::Revoked { poller: self.number, partitions: &partitions });
                self.forget(&partitions);
            }
            Received::Measured(measures) => {
                let partitions = self.measures.partitions.max(measures.partitions);
                self.measures = Measures { partitions, ..measures };
                let lags = self.lags();
                self.tell(Notice::Lag(&lags));
                self.lag = lags.values().map(|lag| lag.lag).sum();
            }
        }
    }

    /// Puts a record into the batch that is being made.
    fn admit(&mut self, record: Record, since: Instant) {
        match self.batcher.push(record, since) {
            Ok(complete) => complete.into_iter().for_each(|batch| self.backlog.push(Piece::fresh(batch))),
            Err(oversized) => {
                // What came before it goes before it.
                self.batcher.cut().into_iter().for_each(|batch| self.backlog.push(Piece::fresh(batch)));
                self.backlog.push(Piece::too_large(oversized.0));
            }
        }
    }

    /// Holds what is behind batches that failed, and lets go what is not any more.
    fn settle_blocks(&mut self) {
        let blocked: BTreeSet<i32> = self.chains.iter().flat_map(Chain::partitions).collect();
        let more = &blocked - &self.blocked;
        if !more.is_empty() {
            for record in self.backlog.take(&more, &self.envelope) {
                self.held.push(record);
            }
            for record in self.batcher.take(&more) {
                self.held.push(record);
            }
        }
        // These have waited long enough.
        let now = Instant::now();
        let since = now.checked_sub(self.mapping().maximum_batching_window).unwrap_or(now);
        for record in self.held.release(&blocked) {
            self.admit(record, since);
        }
        self.blocked = blocked;
    }

    /// Drops all records of partitions that another member has now: it gets them from Kafka.
    fn forget(&mut self, partitions: &BTreeSet<i32>) {
        self.batcher.take(partitions);
        self.backlog.take(partitions, &self.envelope);
        self.held.forget(partitions);
        for chain in &mut self.chains {
            chain.forget(partitions, &self.envelope);
        }
        self.chains.retain(|chain| !chain.is_empty());
        if let Some(flight) = &mut self.flight {
            flight.lost.extend(partitions);
            flight.chain.forget(partitions, &self.envelope);
        }
        self.ledger.forget(partitions);
        self.blocked.retain(|partition| !partitions.contains(partition));
        self.ended.retain(|partition| !partitions.contains(partition));
        self.paused.retain(|partition| !partitions.contains(partition));
        self.assigned.retain(|partition| !partitions.contains(partition));
        // The group deals out the partitions anew: until then nobody knows whose these are.
        self.is_dealt = false;
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
