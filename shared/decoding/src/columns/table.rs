//! Rows of columns.

use super::field::field_of;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use record::{Field, FieldPath, Record, Row};
use std::fmt;
use std::sync::Arc;

/// What the rows of one writer's schema have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSchema {
    /// The columns; their fields' metadata has the names of [`super::meta`].
    pub columns: SchemaRef,
    /// The schema that the values were written with.
    pub writer: Writer,
}

/// A writer's schema, as objects and people are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writer {
    /// What its registry calls it; empty for a schema that is declared or comes with each value.
    pub id: String,
    /// A hash of the schema, with its kind before a colon.
    pub fingerprint: String,
    /// Its place among the versions of its subject, where that is known: later versions have larger numbers.
    pub version: Option<u64>,
}

/// Rows that were written with one schema.
#[derive(Debug)]
pub struct Table {
    /// What they have in common.
    pub schema: Arc<TableSchema>,
    /// The rows.
    pub rows: RecordBatch,
}

/// A record whose value is a row of a table, or a tombstone that is kept.
#[derive(Clone)]
pub struct TableRow<'b> {
    record: Record<'b>,
    table: Option<Arc<Table>>,
    index: usize,
    /// Which rows may share an object with this one: those with the same number.
    schema_number: u32,
}

/// Turns the values of one writer's schema into rows.
pub trait DecodeValues: Send + fmt::Debug {
    /// The schema of the rows.
    fn schema(&self) -> &Arc<TableSchema>;

    /// Decodes payloads, each of them alone: what is wrong with one is no other's business.
    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues;
}

/// Decoded payloads.
#[derive(Debug)]
pub struct DecodedValues {
    /// Rows; those that no payload claims are garbage.
    pub rows: RecordBatch,
    /// For each payload the index of its row, or what is wrong with it: a sentence without a byte of it.
    pub of_payloads: Vec<Result<usize, String>>,
}

/// A schema makes no columns; all values that were written with it are rejected with this sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnusableSchema(pub String);

impl<'b> TableRow<'b> {
    /// A row of a table.
    pub fn new(record: Record<'b>, table: Arc<Table>, index: usize, schema_number: u32) -> Self {
        Self { record, table: Some(table), index, schema_number }
    }

    /// A tombstone.
    pub fn tombstone(record: Record<'b>, schema_number: u32) -> Self {
        Self { record, table: None, index: 0, schema_number }
    }

    /// The table, and the row's index in it; none for a tombstone.
    pub fn place(&self) -> Option<(&Arc<Table>, usize)> {
        self.table.as_ref().map(|table| (table, self.index))
    }
}

impl fmt::Debug for TableRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRow").field("record", &self.record).field("index", &self.index).finish()
    }
}

impl<'b> Row<'b> for TableRow<'b> {
    fn record(&self) -> Record<'b> {
        self.record
    }

    fn field(&self, path: &FieldPath) -> Field<'_> {
        match &self.table {
            Some(table) => field_of(&table.rows, self.index, path),
            None => Field::Absent,
        }
    }

    fn schema_number(&self) -> u32 {
        self.schema_number
    }
}
