//! From records to the event's bytes: what an event source mapping sends.

use crate::{Source, TimestampType};

/// A record that is to stand in an event.
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z; -1 where Kafka has none.
    pub timestamp_ms: i64,
    /// Who set the timestamp.
    pub timestamp_type: TimestampType<'a>,
    /// The key; a null key is left out of the event, as Lambda does.
    pub key: Option<&'a [u8]>,
    /// The value; null for a tombstone.
    pub value: Option<&'a [u8]>,
    /// The headers in order.
    pub headers: Vec<(&'a str, Option<&'a [u8]>)>,
}

/// Writes an event, record by record.
///
/// Records of one topic-partition stand together, in the order they came in.
#[derive(Debug)]
pub struct EventWriter {
    source: Source,
    bootstrap_servers: String,
    /// The records' JSON, by topic-partition in order of first appearance.
    partitions: Vec<(String, Vec<u8>)>,
}

impl EventWriter {
    /// Starts an event without records.
    pub fn new(source: Source, bootstrap_servers: String) -> Self {
        Self { source, bootstrap_servers, partitions: Vec::new() }
    }

    /// How long the event's JSON is by now, in bytes.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether there is no record yet.
    pub fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    /// Adds a record unless the event would become longer than `max_bytes`; says whether it was added.
    pub fn push_within(&mut self, record: &NewRecord<'_>, max_bytes: usize) -> bool {
        let _ = (record, max_bytes);
        todo!()
    }

    /// Adds a record.
    pub fn push(&mut self, record: &NewRecord<'_>) {
        self.push_within(record, usize::MAX);
    }

    /// The event's JSON.
    pub fn finish(self) -> Vec<u8> {
        let _ = (self.source, self.bootstrap_servers);
        todo!()
    }
}
