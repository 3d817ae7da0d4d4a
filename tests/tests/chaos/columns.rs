//! Records in Parquet.

use crate::traffic::{TOPIC, value_text};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array as _, RecordBatch};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A row: partition and offset, and the value that it was made of; none for a tombstone.
pub(crate) type Row = (i32, i64, Option<String>);

/// The rows of an object.
///
/// # Errors
///
/// When it is no Parquet with the columns of these records.
pub(crate) fn rows(body: Bytes) -> Result<Vec<Row>, String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(body).and_then(|builder| builder.build());
    let mut rows = Vec::new();
    for batch in reader.map_err(|error| format!("is no Parquet: {error}"))? {
        let batch = batch.map_err(|error| format!("cannot be read: {error}"))?;
        rows.extend(batch_rows(&batch).ok_or("lacks a column, or has one of another type")?);
    }
    Ok(rows)
}

fn batch_rows(batch: &RecordBatch) -> Option<Vec<Row>> {
    let values = if batch.num_columns() == 1 {
        // Tombstones have no schema of their own, and stand in objects of their own: without a column of values.
        vec![None; batch.num_rows()]
    } else {
        batch_values(batch)?
    };
    let kafka = batch.column_by_name("_kafka")?.as_struct_opt()?;
    let topic = kafka.column_by_name("topic")?.as_string_opt::<i32>()?;
    let partition = kafka.column_by_name("partition")?.as_primitive_opt::<Int32Type>()?;
    let offset = kafka.column_by_name("offset")?.as_primitive_opt::<Int64Type>()?;
    let row = |(index, value)| {
        let is_ours = topic.value(index) == TOPIC;
        is_ours.then(|| (partition.value(index), offset.value(index), value))
    };
    values.into_iter().enumerate().map(row).collect()
}

/// The values that the rows were made of.
fn batch_values(batch: &RecordBatch) -> Option<Vec<Option<String>>> {
    let text = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
    let (producer, user, note, padding) = (text("producer")?, text("user")?, text("note")?, text("padding")?);
    let number = batch.column_by_name("number")?.as_primitive_opt::<Int64Type>()?;
    let amount = batch.column_by_name("amount")?.as_primitive_opt::<Float64Type>()?;
    let value = |index: usize| {
        if producer.is_null(index) {
            return Some(None);
        }
        let number = u64::try_from(number.value(index)).ok()?;
        let mut value = value_text(producer.value(index), (number, user.value(index)), padding.value(index));
        // These two are the same everywhere; a row that has others is not what was sent.
        if amount.value(index) != 1.5 || note.value(index) != "caf\u{e9} /" {
            value.push_str(" with another amount or note");
        }
        Some(Some(value))
    };
    (0..batch.num_rows()).map(value).collect()
}
