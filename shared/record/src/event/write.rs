//! From records to the event's bytes: what an event source mapping sends.

use crate::{SchemaMetadata, Source, TimestampType};
use base64_simd::STANDARD;
use std::{collections::BTreeMap, io::Write as _};

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

/// A record as an event has it, member for member: what is none is left out of the event, but for the value.
#[derive(Debug, Clone)]
pub struct EventRecord<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub timestamp_ms: Option<i64>,
    /// Who set the timestamp.
    pub timestamp_type: Option<TimestampType<'a>>,
    /// The key.
    pub key: Option<&'a [u8]>,
    /// The value; null for a tombstone.
    pub value: Option<&'a [u8]>,
    /// The headers in order.
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
    /// What Lambda's schema registry integration said of the key.
    pub key_schema: Option<SchemaMetadata<'a>>,
    /// What Lambda's schema registry integration said of the value.
    pub value_schema: Option<SchemaMetadata<'a>>,
}

impl<'a> From<&'a NewRecord<'a>> for EventRecord<'a> {
    fn from(record: &'a NewRecord<'a>) -> Self {
        Self {
            topic: record.topic,
            partition: record.partition,
            offset: record.offset,
            timestamp_ms: Some(record.timestamp_ms),
            timestamp_type: Some(record.timestamp_type),
            key: record.key,
            value: record.value,
            headers: &record.headers,
            key_schema: None,
            value_schema: None,
        }
    }
}

/// Writes an event, record by record.
///
/// Records of one topic-partition stand together, in the order they came in.
#[derive(Debug)]
pub struct EventWriter {
    /// The event up to its records.
    head: Vec<u8>,
    /// The arrays of `records` without their closing brackets, in order of first appearance.
    partitions: Vec<Vec<u8>>,
    /// Where in `partitions` a topic-partition's array is, by its name in `records`.
    places: BTreeMap<String, usize>,
    /// The length of the event as it stands.
    len: usize,
}

/// What stands behind the records.
const TAIL: &[u8] = b"}}";

impl EventWriter {
    /// Starts an event without records.
    pub fn new(source: Source, bootstrap_servers: String) -> Self {
        let mut head = Vec::new();
        head.extend_from_slice(b"{\"eventSource\":");
        match source {
            Source::Msk { cluster_arn } => {
                write_text(&mut head, "aws:kafka");
                if let Some(cluster_arn) = cluster_arn {
                    head.extend_from_slice(b",\"eventSourceArn\":");
                    write_text(&mut head, &cluster_arn);
                }
            }
            Source::SelfManaged => write_text(&mut head, "SelfManagedKafka"),
        }
        head.extend_from_slice(b",\"bootstrapServers\":");
        write_text(&mut head, &bootstrap_servers);
        head.extend_from_slice(b",\"records\":{");
        let len = head.len() + TAIL.len();
        Self { head, partitions: Vec::new(), places: BTreeMap::new(), len }
    }

    /// How long the event's JSON is by now, in bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no record yet.
    pub fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    /// Adds a record unless the event would become longer than `max_bytes`; says whether it was added.
    pub fn push_within(&mut self, record: &NewRecord<'_>, max_bytes: usize) -> bool {
        self.push_record_within(&record.into(), max_bytes)
    }

    /// Adds a record, member for member, unless the event would become longer than `max_bytes`; says whether it was
    /// added.
    pub fn push_record_within(&mut self, record: &EventRecord<'_>, max_bytes: usize) -> bool {
        let name = format!("{}-{}", record.topic, record.partition);
        match self.places.get(&name) {
            Some(place) => {
                let array = &mut self.partitions[*place];
                let before = array.len();
                array.push(b',');
                write_record(array, record);
                let len = self.len + array.len() - before;
                if len > max_bytes {
                    array.truncate(before);
                    return false;
                }
                self.len = len;
            }
            None => {
                let mut array = Vec::new();
                write_text(&mut array, &name);
                array.extend_from_slice(b":[");
                write_record(&mut array, record);
                let comma = usize::from(!self.partitions.is_empty());
                let len = self.len + comma + array.len() + "]".len();
                if len > max_bytes {
                    return false;
                }
                self.len = len;
                self.places.insert(name, self.partitions.len());
                self.partitions.push(array);
            }
        }
        true
    }

    /// Adds a record.
    pub fn push(&mut self, record: &NewRecord<'_>) {
        self.push_within(record, usize::MAX);
    }

    /// The event's JSON.
    pub fn finish(self) -> Vec<u8> {
        let mut event = self.head;
        event.reserve_exact(self.len - event.len());
        for (index, array) in self.partitions.iter().enumerate() {
            if index > 0 {
                event.push(b',');
            }
            event.extend_from_slice(array);
            event.push(b']');
        }
        event.extend_from_slice(TAIL);
        event
    }
}

fn write_record(json: &mut Vec<u8>, record: &EventRecord<'_>) {
    json.extend_from_slice(b"{\"topic\":");
    write_text(json, record.topic);
    json.extend_from_slice(b",\"partition\":");
    write_number(json, record.partition.into());
    json.extend_from_slice(b",\"offset\":");
    write_number(json, record.offset);
    if let Some(timestamp_ms) = record.timestamp_ms {
        json.extend_from_slice(b",\"timestamp\":");
        write_number(json, timestamp_ms);
    }
    if let Some(timestamp_type) = record.timestamp_type {
        json.extend_from_slice(b",\"timestampType\":");
        write_text(json, timestamp_type.as_str());
    }
    if let Some(key) = record.key {
        json.extend_from_slice(b",\"key\":");
        write_base64(json, key);
    }
    json.extend_from_slice(b",\"value\":");
    match record.value {
        Some(value) => write_base64(json, value),
        None => json.extend_from_slice(b"null"),
    }
    json.extend_from_slice(b",\"headers\":[");
    for (index, (name, value)) in record.headers.iter().enumerate() {
        json.extend_from_slice(if index > 0 { b",{" } else { b"{" });
        write_text(json, name);
        json.push(b':');
        match value {
            Some(value) => write_signed_bytes(json, value),
            None => json.extend_from_slice(b"null"),
        }
        json.push(b'}');
    }
    json.push(b']');
    if let Some(schema) = record.key_schema {
        write_schema(json, b",\"keySchemaMetadata\":", schema);
    }
    if let Some(schema) = record.value_schema {
        write_schema(json, b",\"valueSchemaMetadata\":", schema);
    }
    json.push(b'}');
}

fn write_schema(json: &mut Vec<u8>, member: &[u8], schema: SchemaMetadata<'_>) {
    json.extend_from_slice(member);
    json.extend_from_slice(b"{\"dataFormat\":");
    write_text(json, schema.data_format);
    json.extend_from_slice(b",\"schemaId\":");
    write_text(json, schema.schema_id);
    json.push(b'}');
}

/// Writes bytes as Lambda does: as Java's, which are signed.
fn write_signed_bytes(json: &mut Vec<u8>, bytes: &[u8]) {
    json.push(b'[');
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        write_number(json, byte.cast_signed().into());
    }
    json.push(b']');
}

fn write_base64(json: &mut Vec<u8>, bytes: &[u8]) {
    json.push(b'"');
    STANDARD.encode_append(bytes, json);
    json.push(b'"');
}

fn write_number(json: &mut Vec<u8>, number: i64) {
    write!(json, "{number}").expect("a Vec takes all that is written");
}

fn write_text(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => json.extend_from_slice(&[b'\\', byte]),
            // JSON has no control characters in its texts.
            0..b' ' => write!(json, "\\u{byte:04x}").expect("a Vec takes all that is written"),
            _ => json.push(byte),
        }
    }
    json.push(b'"');
}
