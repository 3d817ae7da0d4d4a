//! Protobuf messages.
//!
//! A message's fields are the columns, under the names of its `.proto`, in its order:
//!
//! | field | column |
//! |---|---|
//! | `int32`, `sint32`, `sfixed32` | 32 bits |
//! | `uint32`, `fixed32`, `int64`, `sint64`, `sfixed64` | 64 bits |
//! | `uint64`, `fixed64` | DECIMAL(20, 0) |
//! | an enum | an enum of the names; a number that its schema doesn't name is its digits |
//! | `repeated`, `map` | a list, a map; keys as texts, in their order |
//! | `oneof` | one nullable column for each of its fields |
//! | a message | a nullable struct |
//! | `google.protobuf.Timestamp`, `google.type.Date`, `google.type.TimeOfDay` | TIMESTAMP in UTC, DATE, TIME; microseconds |
//! | `google.protobuf.Duration` | a number of microseconds |
//! | `google.protobuf.…Value` wrappers | the nullable value |
//! | `google.protobuf.Struct`, `Value`, `ListValue`, `Any` | JSON text |
//! | `confluent.type.Decimal` | DECIMAL of the `precision` and `scale` in `confluent.field_meta`; without them a text of digits |
//!
//! Nullable is what the schema can tell from its default: `optional`, messages, `oneof`. Everything else has the
//! default where it is not set, as has a field of proto2 that names one. JSON text is Protobuf's JSON mapping with
//! the names of the `.proto`.

mod cells;
mod compile;
mod json;
mod known;
mod plan;
#[cfg(test)]
mod tests;

use super::build::{Cell, Misfit, decode_each, registered, table_schema};
use super::{ColumnOptions, DecodeValues, DecodedValues, TableSchema, UnusableSchema};
use crate::columns::json::VALUE;
use arrow_schema::{DataType, Field};
use plan::{How, Walk};
use prost_reflect::{DynamicMessage, MessageDescriptor, prost::DecodeError};
use schema::{MessageRef, WriterSchema};
use std::sync::Arc;

/// Decodes messages of one type.
#[derive(Debug)]
pub struct ProtobufDecoder {
    schema: Arc<TableSchema>,
    message: MessageDescriptor,
    root: How,
}

impl ProtobufDecoder {
    /// A decoder for the messages of one type of a schema.
    ///
    /// # Errors
    ///
    /// When the schema doesn't compile, has no such message, or makes no columns.
    pub fn new(
        schema: &WriterSchema,
        message: &MessageRef,
        options: ColumnOptions,
    ) -> Result<Self, UnusableSchema> {
        let file = compile::file(schema)?;
        let message = compile::message(&file, message)?;
        let root = Walk::new(options).root(&message)?;
        let fields = match &root {
            How::Message(fields) => fields.iter().map(|field| field.column.clone()).collect(),
            other => {
                vec![Field::new(VALUE, DataType::Utf8, false).with_metadata(other.metadata())]
            }
        };
        Ok(Self { schema: table_schema(fields, registered(schema)), message, root })
    }
}

impl DecodeValues for ProtobufDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        decode_each(&self.schema, payloads, |payload, rows| {
            let message = DynamicMessage::decode(self.message.clone(), payload)
                .map_err(|error| describe(&self.message, &error))?;
            Ok(rows.push(row(&self.root, &message)?)?)
        })
    }
}

fn row<'m>(root: &How, message: &'m DynamicMessage) -> Result<Vec<Cell<'m>>, Misfit> {
    match root {
        How::Message(fields) => cells::fields(fields, message),
        other => Ok(vec![cells::message(other, message)?]),
    }
}

/// What is wrong, without the numbers that stand in the payload.
#[cold]
fn describe(message: &MessageDescriptor, error: &DecodeError) -> String {
    let text = error.to_string();
    let what = text.strip_prefix("failed to decode Protobuf message: ").unwrap_or(&text);
    let what = match what.rsplit_once(": ") {
        Some((what, value)) if value.bytes().all(|byte| byte.is_ascii_digit()) => what,
        _ => what,
    };
    format!("value is not a message `{}`: {what}", message.full_name())
}
