//! What the two pipelines have of their own.

use bytes::Bytes;
use record::TimestampType;
use record::event::NewRecord;

/// How long the traffic goes on, however many records there are: over four hours of the clock.
pub(crate) const SPAN_MS: u64 = 10_000_000;

/// A pipeline: its records, its settings, and how its objects are read. All else is the same for all.
pub(crate) trait Pipeline {
    /// The topic that the records are produced to.
    const TOPIC: &'static str;
    const PARTITIONS: i32;
    const BUCKET: &'static str;
    /// What the records are, for people.
    const RECORDS: &'static str;

    /// All records in the order in which they are produced.
    fn records(&self) -> &[Produced];

    /// A record for people, in one line.
    fn sample(&self) -> String;

    /// The schema registry, for people.
    fn registry(&self) -> Option<String>;

    /// The function's settings beside the bucket.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// The row that the record of this index must be in the objects, once Kafka has given it an offset.
    fn row(&self, index: usize, offset: i64) -> Bytes;

    /// The rows of an object as its readers find them; a marker has none.
    fn rows(&self, object: &Bytes) -> anyhow::Result<Vec<Bytes>>;

    /// Whether an object shows more than others.
    fn is_telling(&self, object: &Bytes) -> bool;

    /// The beginning of an object, for people.
    fn show(&self, object: &Bytes) -> anyhow::Result<Vec<String>>;
}

/// A record that goes to Kafka.
#[derive(Debug, Clone)]
pub(crate) struct Produced {
    pub(crate) partition: i32,
    pub(crate) timestamp_ms: i64,
    pub(crate) key: String,
    /// None for a tombstone.
    pub(crate) value: Option<Bytes>,
}

impl Produced {
    pub(crate) fn to_record<'r>(&'r self, topic: &'r str) -> NewRecord<'r> {
        NewRecord {
            topic,
            partition: self.partition,
            offset: 0,
            timestamp_ms: self.timestamp_ms,
            timestamp_type: TimestampType::CreateTime,
            key: Some(self.key.as_bytes()),
            value: self.value.as_deref(),
            headers: Vec::new(),
        }
    }
}
