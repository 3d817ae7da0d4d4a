//! Rows of columns, put together value by value.
//!
//! What JSON and Protobuf have in common: a value is turned into [`Cell`]s that its columns take, and [`Rows`]
//! appends a whole row of them, or nothing.

mod cell;
mod column;
pub(super) mod decimal;
pub(super) mod fields;
mod misfit;
#[cfg(test)]
pub(super) mod shown;
#[cfg(test)]
mod tests;
pub(super) mod time;

pub(super) use cell::Cell;
pub(super) use misfit::Misfit;

use super::{DecodedValues, TableSchema, Writer};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use column::Column;
use schema::WriterSchema;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Rows that grow.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    columns: Vec<Column>,
    len: usize,
}

impl Rows {
    pub(super) fn new(schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter().map(Column::new).collect();
        Self { schema: Arc::clone(schema), columns, len: 0 }
    }

    /// Appends a row, one cell per column; where a cell doesn't fit its column, nothing of the row stays.
    pub(super) fn push(&mut self, row: Vec<Cell<'_>>) -> Result<(), Misfit> {
        if row.len() != self.columns.len() {
            return Err(Misfit::new("has another number of columns than its schema"));
        }
        for (column, cell) in self.columns.iter_mut().zip(row) {
            if let Err(misfit) = column.push(cell) {
                let name = column.name().to_owned();
                self.columns.iter_mut().for_each(|column| column.truncate(self.len));
                return Err(misfit.within(&name));
            }
        }
        self.len += 1;
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn finish(self) -> RecordBatch {
        let options = RecordBatchOptions::new().with_row_count(Some(self.len));
        let arrays = self.columns.into_iter().map(Column::finish).collect();
        RecordBatch::try_new_with_options(self.schema, arrays, &options)
            .expect("columns are built as the fields say, and all of them grow together")
    }
}

/// Decodes payloads one by one; `row` appends exactly one row, or says why it can't.
pub(super) fn decode_each(
    schema: &TableSchema,
    payloads: &[&[u8]],
    mut row: impl FnMut(&[u8], &mut Rows) -> Result<(), String>,
) -> DecodedValues {
    let mut rows = Rows::new(&schema.columns);
    let of_payloads = payloads
        .iter()
        .map(|payload| {
            let index = rows.len();
            row(payload, &mut rows).map(|()| index)
        })
        .collect();
    DecodedValues { rows: rows.finish(), of_payloads }
}

/// What the rows of columns have in common.
pub(super) fn table_schema(fields: Vec<arrow_schema::Field>, writer: Writer) -> Arc<TableSchema> {
    Arc::new(TableSchema { columns: Arc::new(Schema::new(fields)), writer })
}

/// A schema of a registry, as objects are told of it.
pub(super) fn registered(schema: &WriterSchema) -> Writer {
    Writer { id: schema.id.to_string(), version: schema.version, ..declared(&schema.text) }
}

/// A schema that has no id.
pub(super) fn declared(text: &str) -> Writer {
    Writer {
        id: String::new(),
        fingerprint: format!("xxh3:{:016x}", xxh3_64(text.as_bytes())),
        version: None,
    }
}
