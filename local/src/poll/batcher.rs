//! When a batch is complete.

use super::batch::{Batch, Envelope};
use crate::kafka::Record;
use record::event::EventWriter;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Makes batches of records: what comes first of enough records, a full event, or the end of the window.
///
/// It reads no clock: whoever uses it says what time it is.
#[derive(Debug)]
pub struct Batcher {
    envelope: Envelope,
    limits: Limits,
    records: Vec<Record>,
    /// Holds `records`.
    writer: EventWriter,
    /// When the first of `records` came.
    opened: Option<Instant>,
}

/// A record that no event can hold, in an event of its own.
#[derive(Debug)]
pub struct Oversized(pub Batch);

/// When a batch is complete.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most records; at least 1.
    pub records: usize,
    /// Most bytes of the event's JSON.
    pub bytes: usize,
    /// How long the first record waits for others.
    ///
    /// Lambda documents for provisioned mode only that a window begins when the batch before is done, and
    /// nothing for the other mode. Here it begins with its first record: no record waits longer.
    pub window: Duration,
}

impl Batcher {
    /// Makes batches that share an envelope.
    pub fn new(envelope: Envelope, limits: Limits) -> Self {
        let writer = envelope.writer();
        Self { envelope, limits, records: Vec::new(), writer, opened: None }
    }

    /// Takes a record; gives a batch when it completes one, or begins the next.
    ///
    /// # Errors
    ///
    /// When no event can hold the record: it is given back, and what was taken before stays.
    pub fn push(&mut self, record: Record, now: Instant) -> Result<Option<Batch>, Oversized> {
        let mut complete = None;
        if !self.fits(&record) {
            complete = self.cut();
            if !self.fits(&record) {
                if let Some(batch) = complete {
                    self.put_back(batch, now);
                }
                return Err(self.alone(record));
            }
        }
        self.records.push(record);
        self.opened.get_or_insert(now);
        // A batch of one record is never left open, so there is at most one to give.
        Ok(complete.or_else(|| self.cut_if(self.records.len() >= self.limits.records)))
    }

    /// When the open batch must be cut; none while it is empty.
    pub fn due(&self) -> Option<Instant> {
        self.opened.map(|opened| opened + self.limits.window)
    }

    /// Completes the open batch as it is; none while it is empty.
    pub fn cut(&mut self) -> Option<Batch> {
        self.opened = None;
        let writer = std::mem::replace(&mut self.writer, self.envelope.writer());
        let records = std::mem::take(&mut self.records);
        (!records.is_empty()).then(|| Batch::new(records, writer.finish()))
    }

    /// Takes out the records of these partitions, in order.
    pub fn take(&mut self, partitions: &BTreeSet<i32>) -> Vec<Record> {
        let opened = self.opened;
        let Some(batch) = self.cut() else { return Vec::new() };
        let (theirs, rest) = batch.part(&self.envelope, |record| partitions.contains(&record.partition));
        if let (Some(batch), Some(opened)) = (rest, opened) {
            self.put_back(batch, opened);
        }
        theirs.map_or_else(Vec::new, Batch::into_records)
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Writes the record into the event unless that would be too long.
    fn fits(&mut self, record: &Record) -> bool {
        self.writer.push_within(&record.in_topic(&self.envelope.topic), self.limits.bytes)
    }

    fn cut_if(&mut self, complete: bool) -> Option<Batch> {
        if complete { self.cut() } else { None }
    }

    fn put_back(&mut self, batch: Batch, opened: Instant) {
        for record in batch.records() {
            self.writer.push(&record.in_topic(&self.envelope.topic));
        }
        self.records = batch.into_records();
        self.opened = Some(opened);
    }

    fn alone(&self, record: Record) -> Oversized {
        let mut alone = self.envelope.writer();
        alone.push(&record.in_topic(&self.envelope.topic));
        Oversized(Batch::new(vec![record], alone.finish()))
    }
}
