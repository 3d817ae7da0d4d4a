//! What stands before or beside a value on the wire.

mod confluent;
mod glue;
mod varint;

#[cfg(test)]
mod tests;

use crate::{Format, SchemaId};
use record::{Record, SchemaMetadata};
use std::borrow::Cow;

/// Whose framing a topic's values have; never guessed from the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Confluent's: the header `__value_schema_id`, or `0x00` and an id, or `0x01` and a GUID, before the payload.
    Confluent,
    /// AWS Glue's: `0x03`, a compression byte and a UUID before the payload.
    Glue,
}

/// A value without its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed<'b> {
    /// The writer's schema.
    pub schema: SchemaId,
    /// Which message of a Protobuf schema the payload is; none for other formats.
    pub message: Option<MessageRef>,
    /// The value itself.
    pub payload: Cow<'b, [u8]>,
}

/// Which message type of a Protobuf file a payload is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageRef {
    /// Confluent's: indexes from the file's messages down into nested ones.
    Path(Vec<u32>),
    /// Glue's: the index in the file's messages, nested ones too, sorted by full name.
    Sorted(u32),
}

/// Takes the frame off a value that is not null; the error is a sentence for the quarantine.
///
/// What Lambda's own registry integration says of the schema wins over all else: it has taken the frame off.
///
/// # Errors
///
/// When the value does not begin with such a frame, or the integration says what the settings don't.
pub fn unframe<'b>(record: Record<'b>, wire: Wire, format: Format) -> Result<Framed<'b>, String> {
    let value = record.value().ok_or("value is null")?;
    if let Some(metadata) = record.value_schema() {
        return unframed_by_lambda(value, metadata, wire, format);
    }
    match wire {
        Wire::Confluent => confluent::unframe(record, value, format),
        Wire::Glue => glue::unframe(value, format),
    }
}

/// Takes a value that Lambda took the frame off: `EventRecordFormat` is `SOURCE`.
///
/// Which message a Protobuf value is still stands before it: that is the serializer's payload, not its frame.
fn unframed_by_lambda<'b>(
    value: &'b [u8],
    metadata: SchemaMetadata<'_>,
    wire: Wire,
    format: Format,
) -> Result<Framed<'b>, String> {
    let SchemaMetadata { data_format, schema_id } = metadata;
    if Format::parse(data_format) != Some(format) {
        return Err(format!(
            "valueSchemaMetadata says that the value is {data_format:?}, the settings say that it is {format}"
        ));
    }
    let schema = SchemaId::parse(schema_id, wire).ok_or_else(|| {
        let expected = match wire {
            Wire::Confluent => "a number or GUID of a Confluent-compatible registry",
            Wire::Glue => "a UUID of Glue's registry",
        };
        format!("valueSchemaMetadata names the schema {schema_id:?}, where {expected} is expected")
    })?;
    let (message, payload) = match (format, wire) {
        (Format::Protobuf, Wire::Confluent) => confluent::message(value, "value")?,
        (Format::Protobuf, Wire::Glue) => glue::message(value)?,
        (Format::Avro | Format::JsonSchema, _) => (None, value),
    };
    Ok(Framed { schema, message, payload: Cow::Borrowed(payload) })
}

/// What a first byte that is not the frame's may mean; empty where nothing comes to mind.
fn guess(first: u8, wire: Wire) -> &'static str {
    match (first, wire) {
        (b'{' | b'[' | b'"', _) => ": is it JSON without a frame?",
        (0x03, Wire::Confluent) => ": does it have AWS Glue's frame?",
        (0x00 | 0x01, Wire::Glue) => ": does it have Confluent's frame?",
        _ => "",
    }
}
