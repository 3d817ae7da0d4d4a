//! From rows in tables to columns of an object.

use arrow_array::{ArrayRef, RecordBatch, UInt32Array, new_null_array};
use arrow_schema::{ArrowError, Fields, SchemaRef};
use arrow_select::interleave::interleave;
use arrow_select::take::take_record_batch;
use decoding::columns::resolution::Resolution;
use decoding::columns::{Table, TableRow};
use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;

/// The columns of rows, in the rows' order and as `reader` has them; a tombstone is null in each.
pub(super) fn columns_of(rows: &[TableRow<'_>], reader: &SchemaRef) -> Result<Vec<ArrayRef>, ArrowError> {
    let parts = Parts::of(rows);
    let mut batches = Vec::with_capacity(parts.tables.len());
    for part in &parts.tables {
        let resolution = Resolution::new(&part.table.schema.columns, reader)
            .map_err(|incompatible| ArrowError::SchemaError(incompatible.to_string()))?;
        batches.push(resolution.apply(&part.rows()?)?);
    }
    match batches.as_slice() {
        [batch] if parts.tombstones == 0 => Ok(batch.columns().to_vec()),
        _ => (0..reader.fields().len())
            .map(|column| {
                let null = new_null_array(reader.field(column).data_type(), 1);
                let mut sources: Vec<_> = batches.iter().map(|batch| batch.column(column).as_ref()).collect();
                sources.push(null.as_ref());
                interleave(&sources, &parts.places)
            })
            .collect(),
    }
}

/// Columns that may hold what tombstones have: nothing.
pub(super) fn with_tombstones(columns: &Fields) -> Fields {
    columns.iter().map(|column| column.as_ref().clone().with_nullable(true)).collect()
}

/// Rows by their tables.
struct Parts<'r> {
    /// In the order in which they first came.
    tables: Vec<Part<'r>>,
    tombstones: usize,
    /// For each row its table and its index in the part; for a tombstone one beyond the tables.
    places: Vec<(usize, usize)>,
}

/// Some rows of a table.
struct Part<'r> {
    table: &'r Arc<Table>,
    indices: Vec<u32>,
}

impl<'r> Parts<'r> {
    fn of(rows: &'r [TableRow<'_>]) -> Self {
        let mut tables: Vec<Part<'r>> = Vec::new();
        // Only looked up, never walked through.
        let mut numbers: HashMap<*const Table, usize> = HashMap::new();
        let mut last: Option<(&Arc<Table>, usize)> = None;
        let mut places = Vec::with_capacity(rows.len());
        for row in rows {
            let Some((table, index)) = row.place() else {
                places.push(None);
                continue;
            };
            let number = match last {
                Some((last, number)) if Arc::ptr_eq(last, table) => number,
                _ => *numbers.entry(ptr::from_ref(table.as_ref())).or_insert_with(|| {
                    tables.push(Part { table, indices: Vec::with_capacity(rows.len()) });
                    tables.len() - 1
                }),
            };
            last = Some((table, number));
            let indices = &mut tables[number].indices;
            places.push(Some((number, indices.len())));
            indices.push(index.try_into().expect("a batch has fewer than 2^32 records"));
        }
        let beyond = tables.len();
        let tombstones = places.iter().filter(|place| place.is_none()).count();
        let places = places.into_iter().map(|place| place.unwrap_or((beyond, 0))).collect();
        Self { tables, tombstones, places }
    }
}

impl Part<'_> {
    /// The rows, without copying them where they stand together.
    fn rows(&self) -> Result<RecordBatch, ArrowError> {
        let rows = &self.table.rows;
        let first = self.indices[0];
        if !self.indices.iter().zip(first..).all(|(index, expected)| *index == expected) {
            return take_record_batch(rows, &UInt32Array::from_iter_values(self.indices.iter().copied()));
        }
        if self.indices.len() == rows.num_rows() {
            return Ok(rows.clone());
        }
        Ok(rows.slice(first as usize, self.indices.len()))
    }
}
