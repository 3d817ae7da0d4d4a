//! Reading quarantine objects back.

use base64_simd::STANDARD;
use record::event::EventRecord;
use record::{SchemaMetadata, TimestampType};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::io::{self, Read as _};

/// Longest text that an object may unpack to.
///
/// The records of an object were in one event of 6 MB, in the same base64; what an object says of each beside that
/// is bounded by the number of records. More is no object of ours, and must not fill the memory.
const MAX_TEXT_BYTES: usize = 128 << 20;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A record that went to quarantine, and why.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedRecord {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub timestamp: Option<i64>,
    /// Who set the timestamp, as Kafka calls it.
    pub timestamp_type: Option<String>,
    /// The headers in order; names may repeat.
    pub headers: Vec<QuarantinedHeader>,
    /// The key.
    #[serde(deserialize_with = "bytes")]
    pub key: Option<Vec<u8>>,
    /// The value; none for a tombstone.
    #[serde(deserialize_with = "bytes")]
    pub value: Option<Vec<u8>>,
    /// What was wrong, as a stable word.
    pub error_kind: String,
    /// What was wrong, as a sentence.
    pub error_message: String,
    /// What Lambda's schema registry integration said of the key.
    #[serde(default)]
    pub key_schema: Option<QuarantinedSchema>,
    /// What Lambda's schema registry integration said of the value.
    #[serde(default)]
    pub value_schema: Option<QuarantinedSchema>,
    /// The cluster, where its event named one.
    #[serde(default)]
    pub event_source_arn: Option<String>,
}

/// A header of a [`QuarantinedRecord`].
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[expect(
    missing_debug_implementations,
    reason = "a header's value is never logged, and its record shows itself"
)]
pub struct QuarantinedHeader {
    /// The name.
    pub name: String,
    /// The value; none where it is null.
    #[serde(deserialize_with = "bytes")]
    pub value: Option<Vec<u8>>,
}

/// What Lambda's schema registry integration said of a part of a [`QuarantinedRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedSchema {
    /// `AVRO`, `PROTOBUF` or `JSON`.
    pub data_format: String,
    /// A UUID for Glue, a number's text for a Confluent registry.
    pub schema_id: String,
}

/// An object is not quarantine lines.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuarantineLinesError {
    /// It is compressed, and cannot be unpacked.
    #[error("it cannot be unpacked")]
    Compression(#[source] io::Error),
    /// It unpacks to more than an object of a sink's can have.
    #[error("it unpacks to more than {MAX_TEXT_BYTES} bytes")]
    TooLong,
    /// A line is no rejected record.
    #[error("line {line} is not a rejected record")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why not.
        source: serde_json::Error,
    },
}

/// Reads what [`super::QuarantineLines`] wrote, compressed or not: the bytes tell. No line is no record.
///
/// # Errors
///
/// When it is anything else.
pub fn read_quarantine_lines(body: &[u8]) -> Result<Vec<QuarantinedRecord>, QuarantineLinesError> {
    let unpacked;
    let text = if body.starts_with(&GZIP) {
        unpacked = unpack_gzip(body)?;
        &unpacked
    } else if body.starts_with(&ZSTD) {
        unpacked = unpack_zstd(body)?;
        &unpacked
    } else {
        body
    };
    let lines = text.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.is_empty());
    lines
        .map(|(text, line)| {
            serde_json::from_slice(text).map_err(|source| QuarantineLinesError::Line { line, source })
        })
        .collect()
}

impl QuarantinedRecord {
    /// Lends the record to `write` as an event has it.
    pub fn in_event<T>(&self, write: impl FnOnce(&EventRecord<'_>) -> T) -> T {
        let headers: Vec<(&str, Option<&[u8]>)> =
            self.headers.iter().map(|header| (header.name.as_str(), header.value.as_deref())).collect();
        write(&EventRecord {
            topic: &self.topic,
            partition: self.partition,
            offset: self.offset,
            timestamp_ms: self.timestamp,
            timestamp_type: self.timestamp_type.as_deref().map(timestamp_type),
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: &headers,
            key_schema: self.key_schema.as_ref().map(QuarantinedSchema::as_metadata),
            value_schema: self.value_schema.as_ref().map(QuarantinedSchema::as_metadata),
        })
    }
}

impl QuarantinedSchema {
    fn as_metadata(&self) -> SchemaMetadata<'_> {
        SchemaMetadata { data_format: &self.data_format, schema_id: &self.schema_id }
    }
}

impl std::fmt::Debug for QuarantinedRecord {
    /// Writes the record's coordinates, never its payload.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}@{}", self.topic, self.partition, self.offset)
    }
}

fn timestamp_type(name: &str) -> TimestampType<'_> {
    let known = [TimestampType::CreateTime, TimestampType::LogAppendTime, TimestampType::NoTimestampType];
    known.into_iter().find(|it| it.as_str() == name).unwrap_or(TimestampType::Other(name))
}

/// One member, as [`crate::Compressor`] writes it: its last four bytes say how long the text is.
/// <https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1>
fn unpack_gzip(body: &[u8]) -> Result<Vec<u8>, QuarantineLinesError> {
    let length = body.last_chunk().map_or(0, |length| u32::from_le_bytes(*length)) as usize;
    if length > MAX_TEXT_BYTES {
        return Err(QuarantineLinesError::TooLong);
    }
    let mut text = vec![0; length];
    match libdeflater::Decompressor::new().gzip_decompress(body, &mut text) {
        Ok(unpacked) if unpacked == length => Ok(text),
        Ok(_) => Err(broken("its length is not what it says")),
        Err(error) => Err(broken(error)),
    }
}

fn unpack_zstd(body: &[u8]) -> Result<Vec<u8>, QuarantineLinesError> {
    let mut text = Vec::new();
    let reader = zstd::stream::read::Decoder::with_buffer(body).map_err(QuarantineLinesError::Compression)?;
    let longest = MAX_TEXT_BYTES as u64 + 1;
    reader.take(longest).read_to_end(&mut text).map_err(QuarantineLinesError::Compression)?;
    if text.len() > MAX_TEXT_BYTES { Err(QuarantineLinesError::TooLong) } else { Ok(text) }
}

fn broken(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> QuarantineLinesError {
    QuarantineLinesError::Compression(io::Error::new(io::ErrorKind::InvalidData, why))
}

/// Reads base64, or null.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| STANDARD.decode_to_vec(text).map_err(|_| D::Error::custom("expected base64"))).transpose()
}
