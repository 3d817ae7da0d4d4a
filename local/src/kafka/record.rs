//! A record that outlives its fetch.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _, Timestamp};
use record::TimestampType;
use record::event::NewRecord;

/// A Kafka record of a topic that the context knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z; -1 where Kafka has none.
    pub timestamp_ms: i64,
    /// Who set the timestamp.
    pub timestamp_type: OwnedTimestampType,
    /// The key, or null.
    pub key: Option<Vec<u8>>,
    /// The value; null for a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers in order; names may repeat.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// Who set a record's timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedTimestampType {
    /// The producer.
    CreateTime,
    /// The broker.
    LogAppendTime,
    /// Nobody.
    NoTimestampType,
}

impl Record {
    /// The record as an event takes it.
    pub fn in_topic<'a>(&'a self, topic: &'a str) -> NewRecord<'a> {
        NewRecord {
            topic,
            partition: self.partition,
            offset: self.offset,
            timestamp_ms: self.timestamp_ms,
            timestamp_type: match self.timestamp_type {
                OwnedTimestampType::CreateTime => TimestampType::CreateTime,
                OwnedTimestampType::LogAppendTime => TimestampType::LogAppendTime,
                OwnedTimestampType::NoTimestampType => TimestampType::NoTimestampType,
            },
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: self.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect(),
        }
    }
}

impl From<&BorrowedMessage<'_>> for Record {
    fn from(message: &BorrowedMessage<'_>) -> Self {
        let (timestamp_ms, timestamp_type) = match message.timestamp() {
            Timestamp::CreateTime(timestamp_ms) => (timestamp_ms, OwnedTimestampType::CreateTime),
            Timestamp::LogAppendTime(timestamp_ms) => (timestamp_ms, OwnedTimestampType::LogAppendTime),
            Timestamp::NotAvailable => (-1, OwnedTimestampType::NoTimestampType),
        };
        let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
        Self {
            partition: message.partition(),
            offset: message.offset(),
            timestamp_ms,
            timestamp_type,
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers
                .map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec)))
                .collect(),
        }
    }
}
