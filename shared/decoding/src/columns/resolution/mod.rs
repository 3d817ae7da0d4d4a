//! Rows of one schema as rows of another.
//!
//! The rules are those of Avro's schema resolution, <https://avro.apache.org/docs/1.12.0/specification/#schema-resolution>,
//! for columns of any format. They are applied to whole columns after decoding, not while decoding: a row's fields
//! decide where it goes, so what they are must not depend on the other rows of a batch. Whether one schema reads
//! another depends on the two schemas alone, never on a value. So what Avro leaves to values is refused here: bytes
//! as text, a union as one of its branches, something nullable as something that isn't. And two rules are stricter
//! or wider than Avro's, which looks at neither:
//! - what a column means must stay: a timestamp in milliseconds is not read as one in microseconds;
//! - a field that the writer lacks and that has no default is null where it may be.

mod apply;
mod default;
mod plan;
#[cfg(test)]
mod tests;
mod types;
mod widening;

use super::meta;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};
use plan::Source;
use std::sync::Arc;

/// How rows of one schema, the writer's, become rows of another, the reader's.
#[derive(Debug, Clone)]
pub struct Resolution {
    reader: SchemaRef,
    /// Where each of the reader's columns comes from; none where the schemas are the same.
    sources: Option<Vec<Source>>,
}

/// Rows of one schema can't become rows of another; a sentence that names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Incompatible(pub String);

impl Resolution {
    /// How rows of the writer's schema become rows of the reader's.
    ///
    /// # Errors
    ///
    /// When they can't, whatever their values.
    pub fn new(writer: &SchemaRef, reader: &SchemaRef) -> Result<Self, Incompatible> {
        if Arc::ptr_eq(writer, reader) || writer == reader {
            return Ok(Self { reader: Arc::clone(reader), sources: None });
        }
        types::check_names(writer.metadata(), reader.metadata())
            .map_err(|why| Incompatible(format!("the record {why}")))?;
        let sources = plan::sources("", writer.fields(), reader.fields())?;
        Ok(Self { reader: Arc::clone(reader), sources: Some(sources) })
    }

    /// Rows of the writer's schema as rows of the reader's.
    ///
    /// # Errors
    ///
    /// When the rows are not the writer's.
    pub fn apply(&self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let Some(sources) = &self.sources else { return Ok(rows.clone()) };
        let columns = apply::columns(sources, rows.columns(), rows.num_rows())?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.reader), columns, &options)
    }
}
