//! JSON values whose schema is declared, and comes from no registry: `value.schema`.

#[cfg(test)]
mod tests;

use super::build::declared as writer_of;
use super::json::{JsonDecoder, Kind, Node, VALUE, record_of_fields};
use super::json_schema::JsonSchemaDecoder;
use super::{ColumnOptions, DecodeValues, DecodedValues, TableSchema, UnusableSchema, avro, meta};
use arrow_schema::SchemaRef;
use serde::Deserialize;
use std::sync::Arc;

/// Decodes JSON values by the columns of an Avro schema.
#[derive(Debug)]
struct AvroJsonDecoder {
    json: JsonDecoder,
}

/// As much of a declared schema as tells what it is.
#[derive(Deserialize)]
struct Declared {
    r#type: Option<serde_json::Value>,
    #[serde(default)]
    fields: Vec<DeclaredField>,
}

#[derive(Deserialize)]
struct DeclaredField {
    name: Option<String>,
}

/// A decoder for plain JSON values of a schema, which is either Avro's JSON for a record or a JSON Schema.
///
/// By an Avro schema a value is natural JSON, not Avro's own: a union is its bare value, decimals are numbers or
/// texts of digits, dates and times are texts of ISO 8601 or numbers in the unit of their logical type, bytes are
/// base64. A field that is missing takes its default, or is null where it may be.
///
/// # Errors
///
/// When the schema is broken or makes no columns.
pub fn declared(text: &str, options: ColumnOptions) -> Result<Box<dyn DecodeValues>, UnusableSchema> {
    let writer = writer_of(text);
    let schema: Declared = match serde_json::from_str(text) {
        Ok(schema) => schema,
        // `true` and `{"type": …, "fields": 1}` may be JSON Schemas; what is no JSON at all is told there.
        Err(_) => return Ok(Box::new(JsonSchemaDecoder::declared(text, options, writer)?)),
    };
    let is_avro =
        schema.r#type.as_ref().and_then(|it| it.as_str()).is_some_and(|it| matches!(it, "record" | "error"));
    if !is_avro {
        return Ok(Box::new(JsonSchemaDecoder::declared(text, options, writer)?));
    }
    let columns = avro::columns(text, &[], options)?;
    let root =
        if is_json(&columns, &schema) { Node::new(Kind::Json) } else { record_of_fields(columns.fields())? };
    Ok(Box::new(AvroJsonDecoder { json: JsonDecoder::of_columns(columns, root, writer) }))
}

/// Whether the record as a whole became one column of JSON text, since it has no fields.
fn is_json(columns: &SchemaRef, schema: &Declared) -> bool {
    let is_json = |field: &arrow_schema::FieldRef| {
        field.name() == VALUE
            && field.metadata().get(meta::LOGICAL).is_some_and(|it| it == meta::LOGICAL_JSON)
    };
    let names: Vec<_> = schema.fields.iter().filter_map(|field| field.name.as_deref()).collect();
    columns.fields().len() == 1 && is_json(&columns.fields()[0]) && names != [VALUE]
}

impl DecodeValues for AvroJsonDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        self.json.schema()
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        self.json.decode(payloads)
    }
}
