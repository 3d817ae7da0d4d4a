//! JSON values, delivered as they were produced.

mod change;
mod field;
mod reserved;
#[cfg(test)]
mod tests;

use crate::NullValues;
use crate::debezium::Unwrap;
use change::NameTaken;
use record::{Batch, Field, FieldPath, Record, Rejection, RejectionKind, Row};
use reserved::Reserved;
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// A record whose value is one JSON text, or a tombstone that is kept.
#[derive(Debug, Clone)]
pub struct JsonRow<'b> {
    record: Record<'b>,
    /// Invariant: valid JSON without white space around it; `null` for a tombstone.
    text: Cow<'b, str>,
}

/// What of a batch is taken for what.
#[derive(Debug, Clone, Copy)]
pub struct JsonOptions<'a> {
    /// `behavior.on.null.values`
    pub null_values: NullValues,
    /// `debezium.unwrap`
    pub unwrap: Unwrap,
    /// The name of a member that no object may have itself, because it is to be added.
    pub reserved_member: Option<&'a str>,
}

/// The records of a batch, decoded.
#[derive(Debug)]
pub struct Decoded<'b> {
    /// In the batch's order.
    pub rows: Vec<JsonRow<'b>>,
    /// What could not be decoded, in the batch's order.
    pub rejections: Vec<Rejection<'b>>,
    /// Tombstones that were skipped by setting.
    pub ignored: usize,
}

/// Decodes every record of a batch.
///
/// A value must be exactly one JSON text (RFC 8259: any type, not only objects) in UTF-8; white space around it
/// is cut. The four bytes `null` are a JSON text, not a tombstone.
pub fn decode_all<'b>(batch: &'b Batch, options: &JsonOptions<'_>) -> Decoded<'b> {
    let reserved = options.reserved_member.map(Reserved::new);
    let mut decoded = Decoded { rows: Vec::with_capacity(batch.len()), rejections: Vec::new(), ignored: 0 };
    for record in batch.records() {
        match (record.value(), options.null_values) {
            (Some(value), _) => match row_text(value, options.unwrap, reserved.as_ref()) {
                Ok(text) => decoded.rows.push(JsonRow { record, text }),
                Err((kind, message)) => decoded.rejections.push(Rejection { record, kind, message }),
            },
            (None, NullValues::Write) => decoded.rows.push(JsonRow { record, text: Cow::Borrowed("null") }),
            (None, NullValues::Ignore) => decoded.ignored += 1,
            (None, NullValues::Fail) => decoded.rejections.push(Rejection {
                record,
                kind: RejectionKind::Tombstone,
                message: "value is null, and behavior.on.null.values is fail".to_owned(),
            }),
        }
    }
    decoded
}

impl<'b> JsonRow<'b> {
    /// The value's text: valid JSON, byte for byte as it was produced; white space between tokens included. Of an
    /// unwrapped change it is the row's.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<'b> Row<'b> for JsonRow<'b> {
    fn record(&self) -> Record<'b> {
        self.record
    }

    fn field(&self, path: &FieldPath) -> Field<'_> {
        match self.record.value() {
            Some(_) => field::field_of(&self.text, path),
            None => Field::Absent,
        }
    }
}

/// The text of a value's row, or what is wrong with the value.
fn row_text<'v>(
    value: &'v [u8],
    unwrap: Unwrap,
    reserved: Option<&Reserved<'_>>,
) -> Result<Cow<'v, str>, (RejectionKind, String)> {
    let text = validate(value).map_err(|message| (RejectionKind::InvalidJson, message))?;
    let taken = |message: &str| (RejectionKind::NameTaken, message.to_owned());
    let text = match unwrap {
        Unwrap::None => Cow::Borrowed(text),
        Unwrap::After => change::unwrapped(text).map_err(|NameTaken| {
            taken("row has a member of its own under a name that debezium.unwrap=after takes")
        })?,
    };
    if reserved.is_some_and(|reserved| reserved.is_member_of(&text)) {
        return Err(taken("value has a member of its own under the name that Kafka's metadata takes"));
    }
    Ok(text)
}

/// The value's text without the white space around it, or what is wrong with it.
fn validate(value: &[u8]) -> Result<&str, String> {
    // Skipping lets invalid UTF-8 pass, and doesn't recurse; `RawValue` checks both, but the UTF-8 more slowly.
    let text = simdutf8::basic::from_utf8(value).map_err(|_| describe_utf8(value))?;
    match serde_json::from_slice::<IgnoredAny>(value) {
        // What JSON calls white space: RFC 8259, section 2.
        Ok(IgnoredAny) => Ok(text.trim_matches([' ', '\t', '\n', '\r'])),
        Err(error) => Err(describe_syntax(value, &error)),
    }
}

/// Says where a value stops being JSON, without a byte of it: serde_json's syntax errors are fixed sentences.
#[cold]
fn describe_syntax(value: &[u8], error: &serde_json::Error) -> String {
    if value.is_empty() {
        return "value has 0 bytes, which is neither JSON nor a tombstone".to_owned();
    }
    format!("value is not JSON: {error}")
}

/// Says where a value stops being UTF-8.
#[cold]
fn describe_utf8(value: &[u8]) -> String {
    let valid = std::str::from_utf8(value).map_or_else(|error| error.valid_up_to(), str::len);
    format!("value is not UTF-8 at byte {valid} of {}", value.len())
}
