//! A batch on its way to the function.

use crate::kafka::Record;
use bytes::Bytes;
use record::Source;
use record::event::EventWriter;
use std::collections::BTreeMap;

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

    /// The first record, as topic-partition@offset.
    pub(crate) fn first(&self, envelope: &Envelope) -> String {
        let first = self.records.first().expect("a batch is not empty");
        format!("{}-{}@{}", envelope.topic, first.partition, first.offset)
    }

    /// What to commit when the batch is done: by partition, the offset behind its last record.
    pub(crate) fn next_offsets(&self) -> BTreeMap<i32, i64> {
        self.records.iter().map(|record| (record.partition, record.offset + 1)).collect()
    }

    /// The part of the batch that is wanted, as a batch; none when nothing is.
    pub(crate) fn retain(self, envelope: &Envelope, wanted: impl FnMut(&Record) -> bool) -> Option<Self> {
        let Self { mut records, event } = self;
        let before = records.len();
        records.retain(wanted);
        if records.len() == before {
            return Some(Self { records, event });
        }
        if records.is_empty() {
            return None;
        }
        let mut writer = envelope.writer();
        for record in &records {
            writer.push(&record.in_topic(&envelope.topic));
        }
        Some(Self::new(records, writer.finish()))
    }
}
