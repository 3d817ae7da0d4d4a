//! What becomes of a batch that was tried.

use super::Poller;
use crate::kafka::Consumer;
use crate::lambda::InvokeError;
use crate::poll::answer::{self, Answer};
use crate::poll::chain::Shears;
use crate::poll::destination::DestinationError;
use crate::poll::error::Failure;
use crate::poll::flight::{Arrival, Flight, Open, backoff};
use crate::poll::invoke::{Deploy, Invoke};
use crate::poll::notice::Notice;
use crate::poll::tries::{Condition, Ending, Piece};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

impl<'p, D: Deploy, I: Invoke> Poller<'p, D, I> {
    /// Takes what the flight brings.
    pub(super) async fn land(&mut self, consumer: &Consumer, arrival: Arrival) {
        let Some(flight) = self.flight.take() else { return };
        match arrival {
            Arrival::Answer(answer) => self.answered(flight, answer),
            Arrival::GivenUp(Ok(url)) => self.given_up(flight, url.as_deref()),
            Arrival::GivenUp(Err(error)) => self.not_given_up(flight, &error),
        }
        self.settle_blocks();
        self.commit(consumer).await;
    }

    fn answered(&mut self, flight: Flight<'p>, answer: Result<Bytes, InvokeError>) {
        let Flight { load, mut chain, event_bytes, started, lost, .. } = flight;
        let elapsed = started.elapsed();
        self.tell(Notice::Answered { elapsed });
        let (open, failure) = self.judge(answer, &load);
        let ending = match &failure {
            Some(Failure::Invocation(_)) => Ending::Failed,
            _ => Ending::Answered,
        };
        let (mut delivered, mut attempts, mut rest) = (0, 0, Vec::new());
        for Piece { batch, mut tries } in load {
            tries.invocations += 1;
            tries.last = Some(ending);
            attempts = attempts.max(tries.invocations);
            let ours = batch.retain(&self.envelope, |record| !lost.contains(&record.partition));
            let Some(ours) = ours else { continue };
            let (again, done) = ours.part(&self.envelope, |record| open.holds(record));
            if let Some(done) = done {
                delivered += done.records().len();
                self.ledger.settle(done.records());
            }
            if let Some(batch) = again {
                rest.extend(self.again(Piece { batch, tries }));
            }
        }
        if delivered > 0 {
            self.board.summary().records += delivered as u64;
            self.tell(Notice::Delivered { records: delivered, event_bytes, attempts, elapsed });
        }
        chain.at = Instant::now();
        chain.failures = if failure.is_some() { chain.failures + 1 } else { 0 };
        if let Some(failure) = &failure {
            self.board.summary().failures += 1;
            // What is to be given up waits for nothing.
            let is_over = rest.first().is_none_or(|piece| piece.tries.doom.is_some());
            let retry_in = if is_over { Duration::ZERO } else { backoff(chain.failures) };
            chain.at += retry_in;
            let first = rest.first().map(|piece| piece.batch.first(&self.envelope));
            let records = rest.iter().map(|piece| piece.batch.records().len()).sum();
            self.tell(Notice::Failed { failure, first: first.as_deref(), records, attempts, retry_in });
        }
        chain.put_first(rest);
        if !chain.is_empty() {
            self.chains.push(chain);
        }
    }

    /// Says which records of the load come again, and why.
    fn judge(&self, answer: Result<Bytes, InvokeError>, load: &[Piece]) -> (Open, Option<Failure>) {
        let answer = match answer {
            // Without the response type Lambda reads no answer, be it garbage.
            Ok(_) if !self.mapping().report_batch_item_failures => Answer::Processed,
            Ok(answer) => {
                let records = load.iter().flat_map(|piece| piece.batch.records());
                let handed: BTreeSet<_> = records.map(|record| (record.partition, record.offset)).collect();
                answer::read(&answer, &handed, &self.envelope)
            }
            Err(error) => return (Open::All, Some(error.into())),
        };
        match answer {
            Answer::Processed => (Open::Nothing, None),
            Answer::Invalid(reason) => (Open::All, Some(Failure::Answer { reason })),
            Answer::Failed(failed) => {
                let first = failed.first_key_value();
                let first = first.map(|(partition, offset)| self.envelope.place(*partition, *offset));
                let reported =
                    Failure::Reported { partitions: failed.len(), first: first.unwrap_or_default() };
                (Open::From(failed), Some(reported))
            }
        }
    }

    /// What is tried next of records that were not processed.
    ///
    /// A function's error splits them where the mapping says so, and its answer does not: named records come
    /// again from the first one on, and after an answer that makes no sense Lambda documents that "the entire
    /// batch" is retried. Lambda documents for its other streams that a split does not count as a retry, and
    /// nothing for Kafka; here it does not count either.
    fn again(&self, Piece { batch, mut tries }: Piece) -> Vec<Piece> {
        let mapping = self.mapping();
        let half = batch.records().len().div_ceil(2);
        let failed = tries.last == Some(Ending::Failed);
        if failed && mapping.bisect_batch_on_function_error && batch.records().len() > 1 {
            let shears = Shears { envelope: &self.envelope, limits: mapping.limits(), oldest_ms: i64::MIN };
            let (first, second) = shears.split(Piece { batch, tries }, half);
            return vec![first, second];
        }
        tries.counted += 1;
        if mapping.retries().is_some_and(|retries| tries.counted > retries) {
            tries.doom = Some(Condition::RetryAttemptsExhausted);
        }
        vec![Piece { batch, tries }]
    }

    fn given_up(&mut self, flight: Flight<'p>, url: Option<&str>) {
        let Flight { load, mut chain, lost, .. } = flight;
        for Piece { batch, tries } in load {
            let condition = tries.doom.unwrap_or(Condition::RetryAttemptsExhausted);
            let ours = batch.retain(&self.envelope, |record| !lost.contains(&record.partition));
            let Some(ours) = ours else { continue };
            self.ledger.settle(ours.records());
            let records = ours.records().len();
            let mut summary = self.board.summary();
            match url {
                Some(_) => summary.given_up += records as u64,
                None => summary.discarded += records as u64,
            }
            drop(summary);
            self.tell(Notice::GivenUp { records, first: &ours.first(&self.envelope), condition, url });
        }
        chain.at = Instant::now();
        chain.failures = 0;
        if !chain.is_empty() {
            self.chains.push(chain);
        }
    }

    fn not_given_up(&mut self, flight: Flight<'p>, error: &DestinationError) {
        let Flight { load, mut chain, lost, .. } = flight;
        chain.put_first(load);
        chain.forget(&lost, &self.envelope);
        chain.failures += 1;
        let retry_in = backoff(chain.failures);
        chain.at = Instant::now() + retry_in;
        self.tell(Notice::DestinationFailed { error, retry_in });
        if !chain.is_empty() {
            self.chains.push(chain);
        }
    }
}
