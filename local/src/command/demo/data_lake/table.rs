//! A Parquet object for people: its schema, its metadata, and its first rows.

use super::cell;
use arrow_array::cast::AsArray as _;
use arrow_array::{Array, RecordBatch};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::schema::printer::print_schema;

/// How many rows are shown.
const SHOWN_ROWS: usize = 3;

/// How much of a cell is shown, in characters.
const SHOWN_CHARS: usize = 26;

/// The object's own key-value metadata.
pub(crate) fn metadata(object: &Bytes) -> anyhow::Result<Vec<(String, String)>> {
    let reader = SerializedFileReader::new(object.clone())?;
    let pairs = reader.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    Ok(pairs.into_iter().map(|pair| (pair.key, pair.value.unwrap_or_default())).collect())
}

/// The object in lines.
pub(crate) fn show(object: &Bytes) -> anyhow::Result<Vec<String>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(object.clone())?.with_batch_size(SHOWN_ROWS);
    let mut schema = Vec::new();
    print_schema(&mut schema, reader.parquet_schema().root_schema());
    let rows = reader.metadata().file_metadata().num_rows();

    let mut lines: Vec<String> =
        String::from_utf8_lossy(&schema).trim_end().lines().map(str::to_owned).collect();
    lines.push(String::new());
    lines.extend(metadata(object)?.into_iter().map(|(key, value)| format!("{key} = {}", cut(&value, 80))));
    lines.push(String::new());
    if let Some(batch) = reader.build()?.next() {
        lines.extend(table(&batch?));
    }
    lines.push(format!("… of {rows} rows"));
    Ok(lines)
}

/// One line for each column, so that many columns fit: its name, and its cell of each row.
fn table(batch: &RecordBatch) -> Vec<String> {
    let mut cells = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        add_cells(field.name(), column, &mut cells);
    }
    let width = |index: usize| cells.iter().map(|line| line[index].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..=batch.num_rows()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    cells.iter().map(line).collect()
}

/// Adds a column's name and cells; the members of a struct are columns of their own.
fn add_cells(name: &str, column: &dyn Array, cells: &mut Vec<Vec<String>>) {
    if let Some(members) = column.as_struct_opt() {
        for (field, member) in members.fields().iter().zip(members.columns()) {
            add_cells(&format!("{name}.{}", field.name()), member, cells);
        }
        return;
    }
    let texts = (0..column.len()).map(|row| cut(&cell::text(column, row), SHOWN_CHARS));
    cells.push([name.to_owned()].into_iter().chain(texts).collect());
}

fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    text.chars().take(chars - 1).chain(['…']).collect()
}
