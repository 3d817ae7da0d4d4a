//! Quarantine objects: rejected records with their bytes, their coordinates and the reason.

mod read;
#[cfg(test)]
mod tests;

pub use read::{
    QuarantineLinesError, QuarantinedHeader, QuarantinedRecord, QuarantinedSchema, read_quarantine_lines,
};

use crate::kafka_metadata::{Base64, HeaderMember};
use crate::{Compression, Compressor, Encode, EncodingError, json_lines};
use record::{Rejection, SchemaMetadata, Source};
use serde::Serialize;
use std::ops::Range;

/// Writes rejected records as JSON Lines.
///
/// A line holds everything that the event had of the record, so that it can be produced again:
/// `topic`, `partition`, `offset`, `timestamp`, `timestampType`, `headers`, `key`, `value`, `errorKind`,
/// `errorMessage`, and `keySchema`, `valueSchema` and `eventSourceArn` where the event had them. Bytes are in base64.
/// [`read_quarantine_lines`] reads them back.
#[derive(Debug)]
pub struct QuarantineLines {
    compressor: Compressor,
}

impl QuarantineLines {
    /// Quarantine lines, compressed like this.
    pub fn new(compression: Compression) -> Self {
        Self { compressor: Compressor::new(compression) }
    }
}

impl Encode<Rejection<'_>> for QuarantineLines {
    fn encode(
        &self,
        group: &[Rejection<'_>],
        written: Range<usize>,
        _coverage: &str,
    ) -> Result<Vec<u8>, EncodingError> {
        let rows = &group[written];
        let mut body = Vec::with_capacity(rows.iter().map(expected_length).sum());
        for rejection in rows {
            serde_json::to_writer(&mut body, &Line::from(rejection))
                .expect("a vector takes every write, and the names are text");
            body.push(b'\n');
        }
        Ok(self.compressor.compress(body)?)
    }

    fn content_type(&self) -> &'static str {
        json_lines::CONTENT_TYPE
    }

    fn content_encoding(&self) -> Option<&'static str> {
        self.compressor.compression().content_encoding()
    }
}

/// About how long a rejection's line is; headers are left to the vector's growth.
fn expected_length(rejection: &Rejection<'_>) -> usize {
    /// Names, punctuation, coordinates and kind.
    const FIXED: usize = 256;
    let bytes =
        rejection.record.key().map_or(0, <[u8]>::len) + rejection.record.value().map_or(0, <[u8]>::len);
    FIXED + rejection.message.len() + bytes.div_ceil(3) * 4
}

/// One line; the order of the fields is the order of the members.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    timestamp: Option<i64>,
    timestamp_type: Option<&'a str>,
    headers: Vec<HeaderMember<'a>>,
    key: Option<Base64<'a>>,
    value: Option<Base64<'a>>,
    error_kind: &'static str,
    error_message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_schema: Option<SchemaMember<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_schema: Option<SchemaMember<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source_arn: Option<&'a str>,
}

impl<'a> From<&'a Rejection<'_>> for Line<'a> {
    fn from(rejection: &'a Rejection<'_>) -> Self {
        let record = rejection.record;
        Self {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp: record.timestamp_ms(),
            timestamp_type: record.timestamp_type().map(|it| it.as_str()),
            headers: record.headers().map(HeaderMember::from).collect(),
            key: record.key().map(Base64),
            value: record.value().map(Base64),
            error_kind: rejection.kind.as_str(),
            error_message: &rejection.message,
            key_schema: record.key_schema().map(SchemaMember::from),
            value_schema: record.value_schema().map(SchemaMember::from),
            event_source_arn: match record.source() {
                Source::Msk { cluster_arn } => cluster_arn.as_deref(),
                Source::SelfManaged => None,
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SchemaMember<'a> {
    data_format: &'a str,
    schema_id: &'a str,
}

impl<'a> From<SchemaMetadata<'a>> for SchemaMember<'a> {
    fn from(schema: SchemaMetadata<'a>) -> Self {
        Self { data_format: schema.data_format, schema_id: schema.schema_id }
    }
}
