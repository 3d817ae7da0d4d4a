//! What goes to the function next, or to the on-failure destination.

use super::Poller;
use crate::kafka::Record;
use crate::poll::chain::{Chain, Shears};
use crate::poll::destination::{key, on_failure_record};
use crate::poll::error::PollError;
use crate::poll::flight::{Arrival, Flight};
use crate::poll::invoke::{Deploy, Invoke};
use crate::poll::notice::Notice;
use crate::poll::tries::{Condition, Piece};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Instant;

impl<'p, D: Deploy, I: Invoke> Poller<'p, D, I> {
    /// Invokes the function with what is due, or gives up what is to be given up, unless it is busy.
    pub(super) fn take_off(&mut self) -> Result<(), PollError> {
        if self.flight.is_some() {
            return Ok(());
        }
        let now = Instant::now();
        let due = (0..self.chains.len()).filter(|index| self.chains[*index].at <= now);
        let mut chain = match due.min_by_key(|index| self.chains[*index].at) {
            Some(index) => self.chains.swap_remove(index),
            None => match self.fresh(now) {
                Some(piece) => Chain::of(piece, now),
                None => return Ok(()),
            },
        };
        let shears =
            Shears { envelope: &self.envelope, limits: self.mapping().limits(), oldest_ms: self.oldest_ms() };
        chain.expire(&shears);
        if chain.next().is_some_and(|piece| piece.tries.doom.is_some()) {
            return match chain.take() {
                Some(piece) => self.give_up(piece, chain),
                None => Ok(()),
            };
        }
        let load = if self.mapping().bisect_batch_on_function_error {
            // A batch that grows again would never come down to the record that fails.
            chain.take().into_iter().collect()
        } else {
            chain.cut(&shears, &mut self.dice, &mut self.held)
        };
        self.invoke(load, chain);
        Ok(())
    }

    /// The next batch that was not tried yet, if one is complete.
    fn fresh(&mut self, now: Instant) -> Option<Piece> {
        let due = self.batcher.due().is_some_and(|due| due <= now || self.nothing_more_comes());
        let cut = if due && self.backlog.is_empty() { self.batcher.cut() } else { None };
        cut.map(Piece::fresh).or_else(|| self.backlog.pop())
    }

    /// The least timestamp of a record that the mapping still sends.
    ///
    /// Lambda documents "the maximum age of a record that Lambda sends to your function", so a record may be too
    /// old at its first try. It does not document what a record's age is; here its timestamp tells.
    fn oldest_ms(&self) -> i64 {
        let age = self.mapping().maximum_record_age.and_then(|age| i64::try_from(age.as_millis()).ok());
        age.map_or(i64::MIN, |age_ms| jiff::Timestamp::now().as_millisecond().saturating_sub(age_ms))
    }

    fn invoke(&mut self, load: Vec<Piece>, chain: Chain) {
        let (event, records) = self.event(&load);
        self.board.summary().invocations += 1;
        self.tell(Notice::Invoked { records, event_bytes: event.len() });
        let (function, event_bytes) = (self.function, event.len());
        let answer = async move { Arrival::Answer(function.invoke(event).await) };
        self.fly(load, chain, event_bytes, Box::pin(answer));
    }

    /// One event for all pieces of a load, and how many records it has.
    fn event(&self, load: &[Piece]) -> (Bytes, usize) {
        if let [piece] = load {
            return (piece.batch.event(), piece.batch.records().len());
        }
        let records: Vec<&Record> = load.iter().flat_map(|piece| piece.batch.records()).collect();
        let mut writer = self.envelope.writer();
        for record in &records {
            writer.push(&record.in_topic(&self.envelope.topic));
        }
        (writer.finish().into(), records.len())
    }

    fn give_up(&mut self, mut piece: Piece, chain: Chain) -> Result<(), PollError> {
        let Some(destination) = self.polling.destination else {
            if piece.tries.doom == Some(Condition::MaximumPayloadSizeExceeded) {
                // Lambda documents that such a record "can go unprocessed", which may mean that it is lost. Here
                // nothing is lost without a trace.
                return Err(piece.batch.too_large(&self.envelope, self.mapping().limits().bytes).into());
            }
            // As documented, the records are discarded, and the partition goes on.
            self.fly(vec![piece], chain, 0, Box::pin(std::future::ready(Arrival::GivenUp(Ok(None)))));
            return Ok(());
        };
        let mapping = self.mapping();
        let prefix = mapping.on_failure.as_ref().map(|on_failure| on_failure.prefix.as_str());
        // The same key however often it is tried: an attempt that broke off may have written it.
        let object =
            piece.tries.object.get_or_insert_with(|| key(prefix.unwrap_or_default(), &mapping.uuid()));
        let object = object.clone();
        let arn = self.polling.functions.arn();
        let record = on_failure_record(&piece.batch, &piece.tries, &self.envelope, arn);
        let bytes = record.len();
        let put = async move {
            let put = destination.put(&object, record).await;
            Arrival::GivenUp(put.map(|()| Some(destination.url(&object))))
        };
        self.fly(vec![piece], chain, bytes, Box::pin(put));
        Ok(())
    }

    fn fly(
        &mut self,
        load: Vec<Piece>,
        chain: Chain,
        event_bytes: usize,
        arrival: Pin<Box<dyn Future<Output = Arrival> + Send + 'p>>,
    ) {
        let (started, lost) = (Instant::now(), BTreeSet::new());
        self.flight = Some(Flight { load, chain, event_bytes, started, lost, arrival });
    }
}
