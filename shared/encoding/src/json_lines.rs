//! JSON Lines: one value a line, in its own bytes.

#[cfg(test)]
mod tests;

use crate::kafka_metadata::KafkaMember;
use crate::{Compression, Compressor, Encode, EncodingError, KAFKA_MEMBER, KafkaMetadata};
use decoding::json::JsonRow;
use record::Row as _;
use std::ops::Range;

/// Not registered with IANA, but what the JSON Lines and NDJSON communities agreed on.
pub(crate) const CONTENT_TYPE: &str = "application/x-ndjson";

/// Writes JSON Lines.
///
/// With [`KafkaMetadata::Columns`] each line is an object whose last member is [`KAFKA_MEMBER`]:
/// - an object keeps its own bytes before that member; that it has none of this name itself is for
///   `decoding::json::JsonOptions::reserved_member` to see to;
/// - any other value stands under the member `value`;
/// - a tombstone has no other member, and Kafka's end with `"tombstone":true`, which tells it from an empty object.
#[derive(Debug)]
pub struct JsonLines {
    compressor: Compressor,
    kafka_metadata: KafkaMetadata,
}

impl JsonLines {
    /// JSON Lines, compressed like this, with or without Kafka's metadata.
    pub fn new(compression: Compression, kafka_metadata: KafkaMetadata) -> Self {
        Self { compressor: Compressor::new(compression), kafka_metadata }
    }
}

impl Encode<JsonRow<'_>> for JsonLines {
    fn encode(
        &self,
        group: &[JsonRow<'_>],
        written: Range<usize>,
        _coverage: &str,
    ) -> Result<Vec<u8>, EncodingError> {
        let rows = &group[written];
        let mut body = Vec::with_capacity(rows.iter().map(|row| row.text().len() + 1).sum());
        match self.kafka_metadata {
            KafkaMetadata::None => rows.iter().for_each(|row| push_line(row.text(), &mut body)),
            KafkaMetadata::Columns => rows.iter().for_each(|row| push_with_metadata(row, &mut body)),
        }
        Ok(self.compressor.compress(body)?)
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn content_encoding(&self) -> Option<&'static str> {
        self.compressor.compression().content_encoding()
    }
}

/// How an object of JSON Lines ends; Connect's `.json`, not `.jsonl`.
pub fn json_lines_extension(compression: Compression) -> &'static str {
    match compression {
        Compression::None => ".json",
        Compression::Gzip(_) => ".json.gz",
        Compression::Zstd(_) => ".json.zst",
    }
}

/// Appends a valid JSON text as one line.
fn push_line(text: &str, lines: &mut Vec<u8>) {
    push_text(text, lines);
    lines.push(b'\n');
}

/// Appends a row as one line with Kafka's metadata.
fn push_with_metadata(row: &JsonRow<'_>, lines: &mut Vec<u8>) {
    let (record, text) = (row.record(), row.text());
    if record.value().is_none() {
        lines.push(b'{');
    } else if let Some(members) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        push_text(text, lines);
        lines.pop();
        // Members have at least a name.
        if !members.trim_ascii().is_empty() {
            lines.push(b',');
        }
    } else {
        lines.extend_from_slice(b"{\"value\":");
        push_text(text, lines);
        lines.push(b',');
    }
    lines.push(b'"');
    lines.extend_from_slice(KAFKA_MEMBER.as_bytes());
    lines.extend_from_slice(b"\":");
    serde_json::to_writer(&mut *lines, &KafkaMember::from(record))
        .expect("a vector takes every write, and the names are text");
    lines.extend_from_slice(b"}\n");
}

/// Appends a valid JSON text without line breaks.
fn push_text(text: &str, lines: &mut Vec<u8>) {
    let text = text.as_bytes();
    // Inside a string a line break can only be escaped, so one that is there stands between tokens.
    if memchr::memchr2(b'\n', b'\r', text).is_none() {
        lines.extend_from_slice(text);
    } else {
        push_compact(text, lines);
    }
}

/// Appends a valid JSON text without the white space between its tokens.
///
/// All of it, not only the line breaks: what is left of an indentation would be noise.
fn push_compact(text: &[u8], line: &mut Vec<u8>) {
    let mut copied = 0;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => at += string_length(&text[at..]),
            b' ' | b'\t' | b'\n' | b'\r' => {
                line.extend_from_slice(&text[copied..at]);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    line.extend_from_slice(&text[copied..]);
}

/// How long the string at the start of a text is, with its quotation marks.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        // The escaped character may itself be a quotation mark or a backslash.
        at += 2;
    }
    text.len()
}
