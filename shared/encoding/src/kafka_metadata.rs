//! `store.kafka.metadata`: what Kafka knows of a record, beside its value.

use record::{Header, Record};
use serde::{Serialize, Serializer};

/// `store.kafka.metadata`: whether objects tell what Kafka knows of a record beside its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KafkaMetadata {
    /// `none`: values alone.
    #[default]
    None,
    /// `columns`: topic, partition, offset, timestamp, key and headers too, under [`KAFKA_MEMBER`].
    Columns,
}

/// What Kafka's metadata is called: a column of Parquet, a member of a line of JSON.
pub const KAFKA_MEMBER: &str = "_kafka";

/// Kafka's metadata in JSON; the order of the fields is the order of the members, as in Parquet.
#[derive(Serialize)]
pub(crate) struct KafkaMember<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    timestamp: Option<i64>,
    timestamp_type: Option<&'a str>,
    key: Option<Base64<'a>>,
    headers: Vec<HeaderMember<'a>>,
    /// Only where it is true: no other line says that there was no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    tombstone: Option<bool>,
}

impl<'a> From<Record<'a>> for KafkaMember<'a> {
    fn from(record: Record<'a>) -> Self {
        Self {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp: record.event_time_ms(),
            timestamp_type: record.timestamp_type().map(|it| it.as_str()),
            key: record.key().map(Base64),
            headers: record.headers().map(HeaderMember::from).collect(),
            tombstone: record.value().is_none().then_some(true),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct HeaderMember<'a> {
    name: &'a str,
    value: Option<Base64<'a>>,
}

impl<'a> From<Header<'a>> for HeaderMember<'a> {
    fn from(header: Header<'a>) -> Self {
        Self { name: header.name, value: header.value.map(Base64) }
    }
}

/// Bytes that are written in the standard alphabet with padding, as the event has them.
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(self.0))
    }
}
