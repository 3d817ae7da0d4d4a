mod bad_values;
mod broken_schemas;
mod connect;
mod metadata;
mod oracle;
mod recursive;
mod references;
mod types;
mod unions;
mod wide;

use super::super::{ColumnOptions, DecodeValues, Recursion, Temporal, UnusableSchema};
use super::{AvroDecoder, columns};
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, FieldRef};
use schema::{Format, Reference, SchemaId, WriterSchema};
use std::sync::Arc;

/// A record with one field of this type.
fn record_of(data_type: &str) -> String {
    format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": {data_type}}}]}}"#)
}

fn writer(text: &str, references: &[(&str, &str)]) -> WriterSchema {
    let references = references.iter().map(|(name, text)| reference(name, text)).collect();
    WriterSchema {
        id: SchemaId::Number(21),
        format: Format::Avro,
        text: text.to_owned(),
        references,
        version: Some(3),
    }
}

fn reference(name: &str, text: &str) -> Reference {
    Reference { name: name.to_owned(), text: text.to_owned() }
}

fn decoder(text: &str) -> AvroDecoder {
    AvroDecoder::new(&writer(text, &[]), ColumnOptions::default()).unwrap()
}

fn json_decoder(text: &str) -> AvroDecoder {
    AvroDecoder::new(&writer(text, &[]), with_json()).unwrap()
}

fn with_json() -> ColumnOptions {
    ColumnOptions { recursion: Recursion::Json, temporal: Temporal::Logical }
}

/// Decodes values; the text of each one's row, or what is wrong with it.
fn decoded(decoder: &mut AvroDecoder, values: &[Vec<u8>]) -> Vec<Result<String, String>> {
    let payloads: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
    let decoded = decoder.decode(&payloads);
    assert_eq!(decoded.rows.schema(), decoder.schema().columns);
    assert_eq!(decoded.of_payloads.len(), payloads.len());
    decoded.of_payloads.into_iter().map(|row| row.map(|row| row_text(&decoded.rows, row))).collect()
}

fn row_text(rows: &RecordBatch, row: usize) -> String {
    let texts: Vec<String> = rows.columns().iter().map(|column| text(column, row)).collect();
    texts.join(" | ")
}

fn text(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        DataType::Struct(fields) => {
            let members = fields.iter().zip(column.as_struct().columns());
            let members = members.map(|(field, column)| format!("{}: {}", field.name(), text(column, row)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        // Arrow knows no zone by name.
        DataType::Timestamp(unit, Some(zone)) => {
            assert_eq!(zone.as_ref(), "UTC");
            let local = cast(column, &DataType::Timestamp(*unit, Some("+00:00".into()))).unwrap();
            text_of(&local, row)
        }
        _ => text_of(column, row),
    }
}

fn text_of(column: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default().with_null("null");
    ArrayFormatter::try_new(column, &options).unwrap().value(row).to_string()
}

/// The type of the only column, as text.
fn arrow_type(decoder: &AvroDecoder) -> String {
    let schema = &decoder.schema().columns;
    assert_eq!(schema.fields().len(), 1);
    plain(schema.field(0)).data_type().to_string()
}

/// A field without metadata, inside too.
fn plain(field: &Field) -> Field {
    let inner = |field: &FieldRef| Arc::new(plain(field));
    let data_type = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::Map(entries, is_sorted) => DataType::Map(inner(entries), *is_sorted),
        other => other.clone(),
    };
    Field::new(field.name(), data_type, field.is_nullable())
}

/// A whole number as Avro has it.
fn long(number: i64) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// Bytes or a text as Avro has them.
fn bytes(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [long(bytes.len().try_into().unwrap()), bytes.to_vec()].concat()
}
