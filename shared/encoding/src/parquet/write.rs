//! Columns as the bytes of an object.

use super::schema::FileSchema;
use crate::EncodingError;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use std::sync::Arc;

/// Writes columns as one row group; without columns, or without a row in them, an object without a row group.
pub(super) fn write(
    schema: &FileSchema,
    properties: WriterProperties,
    columns: Vec<ArrayRef>,
) -> Result<Vec<u8>, EncodingError> {
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_parquet_schema(schema.parquet.clone())
        // Readers are to see the columns that Parquet has, not those that Arrow had.
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema.arrow), options)?;
    if !columns.is_empty() {
        writer.write(&batch(schema, columns)?)?;
    }
    Ok(writer.into_inner()?)
}

/// Columns under the types that they have themselves: the writer checks them against its schema, which may allow
/// more nulls.
fn batch(schema: &FileSchema, columns: Vec<ArrayRef>) -> Result<RecordBatch, EncodingError> {
    let fields = schema.arrow.fields().iter().zip(&columns);
    let fields: Vec<_> =
        fields.map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true)).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
