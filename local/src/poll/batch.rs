//! A batch on its way to the function.

use super::error::RecordTooLarge;
use crate::kafka::Record;
use bytes::Bytes;
use record::Source;
use record::event::EventWriter;
use std::collections::BTreeSet;

/// What all events of a mapping have in common.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Which kind of cluster it is.
    pub source: Source,
    /// `bootstrapServers`.
    pub bootstrap_servers: String,
    /// The topic.
    pub topic: String,
}

impl Envelope {
    /// Starts an event.
    pub(crate) fn writer(&self) -> EventWriter {
        EventWriter::new(self.source.clone(), self.bootstrap_servers.clone())
    }

    /// Makes a batch; none of no records.
    pub(crate) fn batch(&self, records: Vec<Record>) -> Option<Batch> {
        let mut writer = self.writer();
        for record in &records {
            writer.push(&record.in_topic(&self.topic));
        }
        (!records.is_empty()).then(|| Batch::new(records, writer.finish()))
    }

    /// A record's place, as topic-partition@offset.
    pub(crate) fn place(&self, partition: i32, offset: i64) -> String {
        format!("{}-{partition}@{offset}", self.topic)
    }
}

/// Records of one topic, of any of its partitions, that go into one event.
///
/// Invariant: not empty, and offsets of a partition ascend.
#[derive(Debug, Clone)]
pub struct Batch {
    records: Vec<Record>,
    event: Bytes,
}

impl Batch {
    pub(crate) fn new(records: Vec<Record>, event: Vec<u8>) -> Self {
        Self { records, event: event.into() }
    }

    /// The records in the order they came.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The event's JSON.
    pub fn event(&self) -> Bytes {
        self.event.clone()
    }

    pub(crate) fn into_records(self) -> Vec<Record> {
        self.records
    }

    /// The partitions that it has records of.
    pub(crate) fn partitions(&self) -> BTreeSet<i32> {
        self.records.iter().map(|record| record.partition).collect()
    }

    /// The first record, as topic-partition@offset.
    pub(crate) fn first(&self, envelope: &Envelope) -> String {
        let first = self.records.first().expect("a batch is not empty");
        envelope.place(first.partition, first.offset)
    }

    /// The part of the batch that is wanted, and the other one.
    pub(crate) fn part(
        self,
        envelope: &Envelope,
        mut wanted: impl FnMut(&Record) -> bool,
    ) -> (Option<Self>, Option<Self>) {
        let wants: Vec<bool> = self.records.iter().map(&mut wanted).collect();
        if wants.iter().all(|wanted| *wanted) {
            return (Some(self), None);
        }
        if wants.iter().all(|wanted| !*wanted) {
            return (None, Some(self));
        }
        let mut wants = wants.into_iter();
        let (wanted, others) =
            self.records.into_iter().partition(|_| wants.next().expect("each record was asked for"));
        (envelope.batch(wanted), envelope.batch(others))
    }

    /// The part of the batch that is wanted, as a batch; none when nothing is.
    pub(crate) fn retain(self, envelope: &Envelope, wanted: impl FnMut(&Record) -> bool) -> Option<Self> {
        self.part(envelope, wanted).0
    }

    /// The first `length` records, and the others; at least one each.
    pub(crate) fn split(self, envelope: &Envelope, length: usize) -> (Self, Self) {
        let Self { mut records, .. } = self;
        let rest = records.split_off(length.clamp(1, records.len().saturating_sub(1).max(1)));
        let batch =
            |records| envelope.batch(records).expect("a batch that is split has two records at least");
        (batch(records), batch(rest))
    }

    /// The complaint that no event holds this batch's only record.
    pub(crate) fn too_large(&self, envelope: &Envelope, limit: usize) -> RecordTooLarge {
        let record = self.records.first().expect("a batch is not empty");
        RecordTooLarge {
            topic: envelope.topic.clone(),
            partition: record.partition,
            offset: record.offset,
            bytes: self.event.len(),
            limit,
        }
    }
}
