//! The loop: from a topic to invocations, and from success to commits.

use super::answer::{self as response, Answer};
use super::backlog::Backlog;
use super::batch::{Batch, Envelope};
use super::batcher::Batcher;
use super::error::{Failure, PollError, RecordTooLarge};
use super::flight::{Flight, Open, Retry, answer, backoff};
use super::invoke::Invoke;
use super::mapping::Mapping;
use super::notice::{Notice, Summary};
use crate::kafka::{Consumer, Received, Record};
use crate::lambda::InvokeError;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Instant;

/// Polls until `stop` ends or, if the mapping says so, until the function has all records.
///
/// When `stop` ends, the invocation in flight is waited for and what it did is committed.
///
/// # Errors
///
/// When Kafka cannot be read, a record fits no event, or a batch failed as often as the mapping allows.
pub async fn run<I: Invoke>(
    mapping: &Mapping,
    function: &I,
    watch: &(dyn Fn(Notice<'_>) + Sync),
    stop: impl Future<Output = ()>,
) -> Result<Summary, PollError> {
    let mut consumer = Consumer::subscribe(&mapping.consumer()).await?;
    let mut poller = Poller::new(mapping, function, watch);
    let result = poller.poll(&mut consumer, stop).await;
    consumer.leave().await;
    result.map(|()| poller.summary)
}

/// One poller of a mapping. It has at most one invocation in flight, which keeps the order of every partition.
struct Poller<'p, I> {
    mapping: &'p Mapping,
    envelope: Envelope,
    function: &'p I,
    watch: &'p (dyn Fn(Notice<'_>) + Sync),
    batcher: Batcher,
    backlog: Backlog,
    /// A batch that failed; it goes before all others.
    retry: Option<Retry>,
    flight: Option<Flight<'p>>,
    /// None until the group has assigned anything, be it nothing.
    assigned: Option<BTreeSet<i32>>,
    /// Of those, which have no more records for now.
    ended: BTreeSet<i32>,
    paused: bool,
    /// What ends the loop once all that came before it is done.
    dead_end: Option<RecordTooLarge>,
    summary: Summary,
}

impl<'p, I: Invoke> Poller<'p, I> {
    fn new(mapping: &'p Mapping, function: &'p I, watch: &'p (dyn Fn(Notice<'_>) + Sync)) -> Self {
        let envelope = mapping.envelope();
        Self {
            mapping,
            function,
            watch,
            batcher: Batcher::new(envelope.clone(), mapping.limits()),
            envelope,
            backlog: Backlog::default(),
            retry: None,
            flight: None,
            assigned: None,
            ended: BTreeSet::new(),
            paused: false,
            dead_end: None,
            summary: Summary::default(),
        }
    }

    async fn poll(
        &mut self,
        consumer: &mut Consumer,
        stop: impl Future<Output = ()>,
    ) -> Result<(), PollError> {
        let mut stop = pin!(stop);
        let mut stopping = false;
        loop {
            if !stopping {
                self.take_off();
            }
            if self.flight.is_none() {
                if stopping {
                    return Ok(());
                }
                if self.is_idle() {
                    if let Some(too_large) = self.dead_end.take() {
                        return Err(too_large.into());
                    }
                    if self.mapping.until_caught_up && self.has_caught_up() {
                        return Ok(());
                    }
                }
            }
            self.regulate(consumer);
            let wake = self.wake_at();
            tokio::select! {
                biased;
                () = &mut stop, if !stopping => stopping = true,
                answer = answer(&mut self.flight) => self.land(consumer, answer).await?,
                received = consumer.next() => self.receive(received?),
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Invokes the function with what is due, unless it is busy.
    fn take_off(&mut self) {
        if self.flight.is_some() {
            return;
        }
        let now = Instant::now();
        let (batch, attempts) = match self.retry.take() {
            Some(retry) if retry.at > now => {
                self.retry = Some(retry);
                return;
            }
            Some(retry) => (retry.batch, retry.attempts),
            None => {
                let due = self.batcher.due().is_some_and(|due| due <= now || self.nothing_more_comes());
                let cut = if due && self.backlog.is_empty() { self.batcher.cut() } else { None };
                match cut.or_else(|| self.backlog.pop()) {
                    Some(batch) => (batch, 0),
                    None => return,
                }
            }
        };
        let answer = Box::pin(self.function.invoke(batch.event()));
        self.summary.invocations += 1;
        self.flight =
            Some(Flight { batch, attempts: attempts + 1, started: now, lost: BTreeSet::new(), answer });
    }

    /// Waiting for the window's end would be for nothing.
    fn nothing_more_comes(&self) -> bool {
        self.dead_end.is_some() || self.mapping.until_caught_up && self.has_caught_up()
    }

    fn has_caught_up(&self) -> bool {
        self.assigned.as_ref().is_some_and(|assigned| assigned.is_subset(&self.ended))
    }

    fn is_idle(&self) -> bool {
        self.batcher.is_empty() && self.backlog.is_empty() && self.retry.is_none()
    }

    /// Holds the flow of records while enough of them wait.
    fn regulate(&mut self, consumer: &Consumer) {
        let full = self.backlog.is_full() || self.dead_end.is_some();
        if full != self.paused {
            self.paused = full;
            if full { consumer.pause() } else { consumer.resume() }
        }
    }

    /// When there is something to do even if nothing happens.
    fn wake_at(&self) -> Option<Instant> {
        if self.flight.is_some() {
            return None;
        }
        self.retry.as_ref().map(|retry| retry.at).or_else(|| self.batcher.due())
    }

    fn receive(&mut self, received: Received) {
        match received {
            // Behind a dead end nothing can be delivered: it is not committed, and stays in Kafka.
            Received::Record(_) if self.dead_end.is_some() => {}
            Received::Record(record) => {
                self.ended.remove(&record.partition);
                match self.batcher.push(record, Instant::now()) {
                    Ok(Some(complete)) => self.backlog.push(complete),
                    Ok(None) => {}
                    Err(too_large) => self.dead_end = Some(too_large),
                }
            }
            Received::EndOfPartition(partition) => {
                self.ended.insert(partition);
            }
            Received::Assigned(partitions) => {
                (self.watch)(Notice::Assigned(&partitions));
                self.ended.retain(|partition| !partitions.contains(partition));
                self.assigned.get_or_insert_default().extend(partitions);
                // What is new flows even if the others were held.
                self.paused = false;
            }
            Received::Revoked(partitions) => {
                (self.watch)(Notice::Revoked(&partitions));
                self.forget(&partitions);
            }
        }
    }

    /// Drops all records of partitions that another member has now: it gets them from Kafka.
    fn forget(&mut self, partitions: &BTreeSet<i32>) {
        let Self { envelope, batcher, backlog, retry, flight, assigned, ended, dead_end, .. } = self;
        let keep = |batch: Batch| batch.retain(envelope, |record| !partitions.contains(&record.partition));
        batcher.forget(partitions);
        backlog.forget(partitions, envelope);
        *retry = retry.take().and_then(|retry| Some(Retry { batch: keep(retry.batch)?, ..retry }));
        dead_end.take_if(|too_large| partitions.contains(&too_large.partition));
        if let Some(flight) = flight {
            flight.lost.extend(partitions);
        }
        if let Some(assigned) = assigned {
            assigned.retain(|partition| !partitions.contains(partition));
        }
        ended.retain(|partition| !partitions.contains(partition));
    }

    /// Takes the answer of the invocation in flight.
    async fn land(
        &mut self,
        consumer: &Consumer,
        answer: Result<Bytes, InvokeError>,
    ) -> Result<(), PollError> {
        let Flight { batch, attempts, started, lost, .. } =
            self.flight.take().expect("only an invocation in flight is answered");
        let elapsed = started.elapsed();
        let event_bytes = batch.event().len();
        let (open, failure) = self.judge(answer, &batch);
        let is_ours = |record: &Record| !lost.contains(&record.partition);
        let done = batch.clone().retain(&self.envelope, |record| is_ours(record) && !open.holds(record));
        let rest = batch.retain(&self.envelope, |record| is_ours(record) && open.holds(record));
        if let Some(done) = done {
            self.summary.records += done.records().len() as u64;
            (self.watch)(Notice::Delivered { records: done.records().len(), event_bytes, attempts, elapsed });
            if let Err(error) = consumer.commit(&done.next_offsets()).await {
                // The records are in S3; they will come once more.
                tracing::warn!(%error, topic = self.envelope.topic, "offsets were not committed");
            }
        }
        if let Some(failure) = failure {
            self.summary.failures += 1;
            if let Some(rest) = rest {
                self.fail(rest, attempts, failure)?;
            }
        }
        Ok(())
    }

    /// Says which records of the batch come again, and why.
    fn judge(&self, answer: Result<Bytes, InvokeError>, batch: &Batch) -> (Open, Option<Failure>) {
        let answer = match answer {
            Ok(_) if !self.mapping.report_batch_item_failures => Answer::Processed,
            Ok(answer) => response::read(&answer, batch, &self.envelope),
            Err(error) => return (Open::All, Some(error.into())),
        };
        match answer {
            Answer::Processed => (Open::Nothing, None),
            Answer::Invalid(reason) => (Open::All, Some(Failure::Answer { reason })),
            Answer::Failed(failed) => {
                let first = failed
                    .first_key_value()
                    .map(|(partition, offset)| format!("{}-{partition}@{offset}", self.envelope.topic));
                let reported =
                    Failure::Reported { partitions: failed.len(), first: first.unwrap_or_default() };
                (Open::From(failed), Some(reported))
            }
        }
    }

    /// Plans the next try, or gives up.
    fn fail(&mut self, batch: Batch, attempts: u32, failure: Failure) -> Result<(), PollError> {
        if self.mapping.maximum_retry_attempts.is_some_and(|retries| attempts > retries) {
            // Lambda would discard the records here and go on, which loses them unless the mapping has an
            // on-failure destination.
            return Err(PollError::GaveUp {
                records: batch.records().len(),
                first: batch.first(&self.envelope),
                attempts,
                source: failure,
            });
        }
        let retry_in = backoff(attempts);
        (self.watch)(Notice::Failed { failure: &failure, attempts, retry_in });
        self.retry = Some(Retry { batch, attempts, at: Instant::now() + retry_in });
        Ok(())
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
