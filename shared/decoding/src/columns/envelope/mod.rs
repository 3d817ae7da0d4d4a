//! Connect's JSON envelope: `{"schema": …, "payload": …}`, as its JsonConverter writes with `schemas.enable`.

mod schema;
#[cfg(test)]
mod tests;

use super::build::declared;
use super::json::{JsonDecoder, Raw};
use super::{ColumnOptions, DecodeValues, DecodedValues, TableSchema, UnusableSchema};
use std::sync::Arc;

/// A value without its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened<'v> {
    /// A null, which is a tombstone.
    Null,
    /// A value that has a schema.
    Value {
        /// The schema's JSON text: equal texts are equal schemas.
        schema: &'v str,
        /// The value's JSON text, for the decoder of that schema.
        payload: &'v str,
    },
}

/// Decodes payloads by a schema of Connect's own JSON.
#[derive(Debug)]
pub struct EnvelopeDecoder {
    json: JsonDecoder,
}

/// Takes a value out of its envelope, which has the members `schema` and `payload` in any order, and no others.
///
/// # Errors
///
/// When the value is no envelope, or its payload has no schema; a sentence without a byte of the value.
pub fn open(value: &[u8]) -> Result<Opened<'_>, String> {
    const NO_ENVELOPE: &str = "value is not an object with the two members `schema` and `payload`, \
        which `value.converter.schemas.enable` asks for";
    let raw = Raw::parse(value)?;
    if raw.is_null() {
        return Ok(Opened::Null);
    }
    if !raw.as_str().starts_with('{') {
        return Err(NO_ENVELOPE.to_owned());
    }
    let (mut schema, mut payload) = (None, None);
    for (name, member) in raw.members() {
        let slot = match &*name.0 {
            b"schema" => &mut schema,
            b"payload" => &mut payload,
            _ => return Err(NO_ENVELOPE.to_owned()),
        };
        if slot.replace(member).is_some() {
            return Err(NO_ENVELOPE.to_owned());
        }
    }
    let (Some(schema), Some(payload)) = (schema, payload) else { return Err(NO_ENVELOPE.to_owned()) };
    match (schema.is_null(), payload.is_null()) {
        (_, true) => Ok(Opened::Null),
        (true, false) => Err("value has a payload, but its `schema` is null, and there are no columns \
            without a schema"
            .to_owned()),
        (false, false) => Ok(Opened::Value { schema: schema.as_str(), payload: payload.as_str() }),
    }
}

impl EnvelopeDecoder {
    /// A decoder for the payloads of one schema; the fields of a struct are the columns, anything else is the one
    /// column `value`.
    ///
    /// # Errors
    ///
    /// When the schema is broken or makes no columns.
    pub fn new(schema_text: &str, options: ColumnOptions) -> Result<Self, UnusableSchema> {
        Ok(Self { json: JsonDecoder::new(schema::node(schema_text, options)?, declared(schema_text)) })
    }
}

impl DecodeValues for EnvelopeDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        self.json.schema()
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        self.json.decode(payloads)
    }
}
