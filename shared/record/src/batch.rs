//! A batch and the views on it.

use crate::event::Replay;
use std::fmt;
use std::ops::Range;

/// The records that one invocation was handed, in the event's order.
///
/// Keys, values, header names and header values lie decoded in one arena; a [`Record`] is a view on it.
///
/// Invariant: every span lies inside the arena, and header names and schema metadata are UTF-8.
pub struct Batch {
    pub(crate) source: Source,
    pub(crate) bootstrap_servers: Option<String>,
    pub(crate) replay: Option<Replay>,
    pub(crate) arena: Vec<u8>,
    pub(crate) partitions: Vec<PartitionEntry>,
    pub(crate) records: Vec<Entry>,
    pub(crate) headers: Vec<HeaderEntry>,
    pub(crate) schemas: Vec<SchemaEntry>,
}

/// Where the records come from, as the event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `aws:kafka`: an Amazon MSK cluster, with its ARN where the event has it.
    Msk {
        /// `eventSourceArn`.
        cluster_arn: Option<String>,
    },
    /// `SelfManagedKafka`: any other cluster.
    SelfManaged,
}

/// Bytes in the arena, or none where the event has null or nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

impl Span {
    /// What the event has as null, or not at all.
    pub(crate) const NULL: Self = Self { start: 0, length: u32::MAX };

    /// Where in the arena the bytes are; not for null.
    pub(crate) fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }
}

/// The records of one topic-partition.
#[derive(Debug)]
pub(crate) struct PartitionEntry {
    pub(crate) topic: String,
    pub(crate) partition: i32,
    pub(crate) records: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// Index into `Batch::partitions`.
    pub(crate) partition: u32,
    pub(crate) offset: i64,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) timestamp_type: TimestampTypeEntry,
    pub(crate) key: Span,
    pub(crate) value: Span,
    /// Range of `Batch::headers`.
    pub(crate) headers: Range<u32>,
    /// Index into `Batch::schemas`.
    pub(crate) key_schema: Option<u32>,
    pub(crate) value_schema: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum TimestampTypeEntry {
    Absent,
    CreateTime,
    LogAppendTime,
    NoTimestampType,
    Other(Span),
}

#[derive(Debug)]
pub(crate) struct HeaderEntry {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

#[derive(Debug)]
pub(crate) struct SchemaEntry {
    pub(crate) data_format: String,
    pub(crate) schema_id: String,
}

impl Batch {
    /// Where the records come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The cluster's bootstrap servers, as the event has them.
    pub fn bootstrap_servers(&self) -> Option<&str> {
        self.bootstrap_servers.as_deref()
    }

    /// How the event asks to be taken; none where a mapping sent it.
    pub fn replay(&self) -> Option<Replay> {
        self.replay
    }

    /// How many records there are; what the event has twice counts once.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records in the event's order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.records.iter().map(|entry| Record { batch: self, entry })
    }

    /// The topic-partitions of the event's `records`, each once, in its order.
    pub fn partitions(&self) -> impl ExactSizeIterator<Item = PartitionRecords<'_>> {
        self.partitions.iter().map(|entry| PartitionRecords { batch: self, entry })
    }

    fn bytes(&self, span: Span) -> Option<&[u8]> {
        (span.length != u32::MAX).then(|| &self.arena[span.range()])
    }

    fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.bytes(span).unwrap_or_default()).expect("names in the arena are UTF-8")
    }

    fn schema(&self, index: Option<u32>) -> Option<SchemaMetadata<'_>> {
        let entry = &self.schemas[index? as usize];
        Some(SchemaMetadata { data_format: &entry.data_format, schema_id: &entry.schema_id })
    }
}

impl fmt::Debug for Batch {
    /// Writes what the batch is, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("source", &self.source)
            .field("partitions", &self.partitions)
            .field("records", &self.records.len())
            .field("arena_bytes", &self.arena.len())
            .finish_non_exhaustive()
    }
}

/// A topic-partition and its records.
#[derive(Debug, Clone, Copy)]
pub struct PartitionRecords<'b> {
    batch: &'b Batch,
    entry: &'b PartitionEntry,
}

impl<'b> PartitionRecords<'b> {
    /// The topic.
    pub fn topic(self) -> &'b str {
        &self.entry.topic
    }

    /// The partition.
    pub fn partition(self) -> i32 {
        self.entry.partition
    }

    /// The records in the event's order.
    pub fn records(self) -> impl ExactSizeIterator<Item = Record<'b>> {
        let Self { batch, entry } = self;
        batch.records[entry.records.clone()].iter().map(|entry| Record { batch, entry })
    }
}

/// One Kafka record: a view on a [`Batch`].
#[derive(Clone, Copy)]
pub struct Record<'b> {
    batch: &'b Batch,
    entry: &'b Entry,
}

impl<'b> Record<'b> {
    /// Where the record comes from, as its event says.
    pub fn source(self) -> &'b Source {
        &self.batch.source
    }

    /// The topic.
    pub fn topic(self) -> &'b str {
        &self.batch.partitions[self.entry.partition as usize].topic
    }

    /// The partition.
    pub fn partition(self) -> i32 {
        self.batch.partitions[self.entry.partition as usize].partition
    }

    /// The offset, not negative.
    pub fn offset(self) -> i64 {
        self.entry.offset
    }

    /// The timestamp in milliseconds since 1970-01-01T00:00:00Z, exactly as the event has it.
    ///
    /// Kafka's own "no timestamp" is -1 (`RecordBatch.NO_TIMESTAMP`): this is `Some(-1)` here, see
    /// [`Record::event_time_ms`].
    pub fn timestamp_ms(self) -> Option<i64> {
        self.entry.timestamp_ms
    }

    /// The timestamp in milliseconds, or none where Kafka has none: absent, or `NO_TIMESTAMP` (-1).
    pub fn event_time_ms(self) -> Option<i64> {
        self.entry.timestamp_ms.filter(|timestamp_ms| *timestamp_ms != -1)
    }

    /// Who set the timestamp, or none where the event doesn't say.
    pub fn timestamp_type(self) -> Option<TimestampType<'b>> {
        match self.entry.timestamp_type {
            TimestampTypeEntry::Absent => None,
            TimestampTypeEntry::CreateTime => Some(TimestampType::CreateTime),
            TimestampTypeEntry::LogAppendTime => Some(TimestampType::LogAppendTime),
            TimestampTypeEntry::NoTimestampType => Some(TimestampType::NoTimestampType),
            TimestampTypeEntry::Other(span) => Some(TimestampType::Other(self.batch.text(span))),
        }
    }

    /// The key; none where it is null or absent.
    pub fn key(self) -> Option<&'b [u8]> {
        self.batch.bytes(self.entry.key)
    }

    /// The value; none for a tombstone.
    pub fn value(self) -> Option<&'b [u8]> {
        self.batch.bytes(self.entry.value)
    }

    /// The headers in the record's order; names may repeat.
    pub fn headers(self) -> Headers<'b> {
        Headers { batch: self.batch, entries: self.entry.headers.clone() }
    }

    /// What Lambda's schema registry integration says of the key.
    pub fn key_schema(self) -> Option<SchemaMetadata<'b>> {
        self.batch.schema(self.entry.key_schema)
    }

    /// What Lambda's schema registry integration says of the value.
    pub fn value_schema(self) -> Option<SchemaMetadata<'b>> {
        self.batch.schema(self.entry.value_schema)
    }
}

impl fmt::Debug for Record<'_> {
    /// Writes the record's coordinates, never its payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}@{}", self.topic(), self.partition(), self.offset())
    }
}

/// Who set a record's timestamp: Kafka's `TimestampType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType<'b> {
    /// `CREATE_TIME`: the producer.
    CreateTime,
    /// `LOG_APPEND_TIME`: the broker.
    LogAppendTime,
    /// `NO_TIMESTAMP_TYPE`: nobody; records of message format v0.
    NoTimestampType,
    /// A name that Kafka doesn't have today, kept as it came.
    Other(&'b str),
}

impl<'b> TimestampType<'b> {
    /// The name, as Kafka and the event write it.
    pub fn as_str(self) -> &'b str {
        match self {
            Self::CreateTime => "CREATE_TIME",
            Self::LogAppendTime => "LOG_APPEND_TIME",
            Self::NoTimestampType => "NO_TIMESTAMP_TYPE",
            Self::Other(name) => name,
        }
    }
}

/// The headers of a record, in order.
#[derive(Debug, Clone)]
pub struct Headers<'b> {
    batch: &'b Batch,
    entries: Range<u32>,
}

/// One header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'b> {
    /// The name; not unique in a record.
    pub name: &'b str,
    /// The value; none where it is null.
    pub value: Option<&'b [u8]>,
}

impl<'b> Iterator for Headers<'b> {
    type Item = Header<'b>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = &self.batch.headers[self.entries.next()? as usize];
        Some(Header { name: self.batch.text(entry.name), value: self.batch.bytes(entry.value) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Headers<'_> {}

/// What Lambda's schema registry integration leaves of a schema: `keySchemaMetadata`, `valueSchemaMetadata`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaMetadata<'b> {
    /// `AVRO`, `PROTOBUF` or `JSON`.
    pub data_format: &'b str,
    /// A UUID for Glue, a number's text for a Confluent registry.
    pub schema_id: &'b str,
}
