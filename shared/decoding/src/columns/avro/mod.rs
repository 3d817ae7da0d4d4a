//! Values in Avro.
//!
//! A schema becomes a graph of types, columns are planned for it, and it is written anew for arrow-avro, which turns
//! bytes into arrays. Values are checked before, and arrays become columns after.

mod branch_names;
mod canonical;
mod check;
mod column;
mod cursor;
mod decimal;
mod finish;
mod flaw;
mod graph;
mod json;
mod leaf;
mod meaning;
mod native;
mod parse;
mod plan;
mod recursion;
mod zoned;

use super::{ColumnOptions, DecodeValues, DecodedValues, TableSchema, UnusableSchema, Writer, meta};
use arrow_array::RecordBatch;
use arrow_avro::reader::Decoder;
use arrow_schema::{Schema, SchemaRef};
use check::Check;
use column::Column;
use graph::{Graph, Kind};
use schema::{Reference, WriterSchema};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Decodes values of one Avro schema.
pub struct AvroDecoder {
    schema: Arc<TableSchema>,
    graph: Graph,
    columns: Vec<Column>,
    /// The schema's text as arrow-avro has it.
    native: String,
    /// None after a failure, which leaves a decoder with columns of different lengths.
    decoder: Option<Decoder>,
}

/// The columns of a schema; their fields' metadata has the names of [`super::meta`].
///
/// # Errors
///
/// When the schema is broken or describes what no column can hold.
pub fn columns(
    text: &str,
    references: &[Reference],
    options: ColumnOptions,
) -> Result<SchemaRef, UnusableSchema> {
    let unusable = |what| UnusableSchema(format!("the Avro schema {what}"));
    let graph = Graph::new(text, references, options.temporal).map_err(unusable)?;
    let columns = plan::columns(&graph, options).map_err(unusable)?;
    native::schema(&columns).map_err(unusable)?;
    Ok(arrow_schema(&graph, &columns))
}

impl AvroDecoder {
    /// Makes a decoder for a writer's schema.
    ///
    /// # Errors
    ///
    /// When the schema is broken or describes what no column can hold.
    pub fn new(schema: &WriterSchema, options: ColumnOptions) -> Result<Self, UnusableSchema> {
        let id = schema.id;
        let unusable = |what| UnusableSchema(format!("the Avro schema {id} {what}"));
        let graph = Graph::new(&schema.text, &schema.references, options.temporal).map_err(unusable)?;
        let columns = plan::columns(&graph, options).map_err(unusable)?;
        let native = native::schema(&columns).map_err(unusable)?;
        let decoder =
            native::decoder(&native).map_err(|error| unusable(format!("cannot be decoded: {error}")))?;
        let writer = Writer {
            id: id.to_string(),
            fingerprint: format!("avro-crc64:{:016x}", canonical::fingerprint(&graph).map_err(unusable)?),
            version: schema.version,
        };
        let schema = Arc::new(TableSchema { columns: arrow_schema(&graph, &columns), writer });
        Ok(Self { schema, graph, columns, native, decoder: Some(decoder) })
    }

    /// The rows of values that were checked; none where arrow-avro fails all the same.
    fn rows<'p>(&mut self, values: impl Iterator<Item = &'p [u8]>) -> Option<RecordBatch> {
        let decoder = self.decoder.take();
        let decode = || -> Option<(Decoder, RecordBatch)> {
            let mut decoder = match decoder {
                Some(decoder) => decoder,
                None => native::decoder(&self.native).ok()?,
            };
            for value in values {
                if decoder.decode(value).ok()? != value.len() {
                    return None;
                }
            }
            let schema = Arc::clone(&self.schema.columns);
            let rows = match decoder.flush().ok()? {
                Some(decoded) => {
                    let (_, decoded, _) = decoded.into_parts();
                    RecordBatch::try_new(schema, finish::columns(&self.columns, decoded).ok()?).ok()?
                }
                None => RecordBatch::new_empty(schema),
            };
            Some((decoder, rows))
        };
        // A panic would come again with each redelivery, and the partition would never move on.
        let (decoder, rows) = catch_unwind(AssertUnwindSafe(decode)).ok().flatten()?;
        self.decoder = Some(decoder);
        Some(rows)
    }
}

impl DecodeValues for AvroDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        let mut check = Check::new(&self.graph);
        let mut values: Vec<Result<Cow<'_, [u8]>, String>> =
            payloads.iter().map(|payload| check.value(payload)).collect();
        let mut rows = self.rows(good(&values));
        if rows.is_none() {
            // What the check let pass and arrow-avro did not take: each value alone tells which it is.
            for value in &mut values {
                let is_good = value.as_deref().is_ok_and(|value| self.rows(std::iter::once(value)).is_some());
                if value.is_ok() && !is_good {
                    *value = Err("the value cannot be turned into columns".to_owned());
                }
            }
            rows = self.rows(good(&values));
        }
        let rows = rows.unwrap_or_else(|| {
            values.fill(Err("the batch cannot be turned into columns".to_owned()));
            RecordBatch::new_empty(Arc::clone(&self.schema.columns))
        });
        let mut indexes = 0..;
        let of_payloads = values.into_iter().map(|value| value.map(|_| indexes.next().unwrap_or_default()));
        DecodedValues { rows, of_payloads: of_payloads.collect() }
    }
}

impl fmt::Debug for AvroDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AvroDecoder").field("schema", &self.schema).finish_non_exhaustive()
    }
}

fn good<'v>(values: &'v [Result<Cow<'_, [u8]>, String>]) -> impl Iterator<Item = &'v [u8]> {
    values.iter().filter_map(|value| value.as_deref().ok())
}

/// The columns, and the record's name: records of two names don't resolve to each other.
fn arrow_schema(graph: &Graph, columns: &[Column]) -> SchemaRef {
    let fields: Vec<_> = columns.iter().map(|column| Arc::clone(&column.field)).collect();
    let name = match graph.kind(graph.root) {
        Kind::Record(record) => Some((meta::NAME.to_owned(), record.name.clone())),
        _ => None,
    };
    Arc::new(Schema::new(fields).with_metadata(name.into_iter().collect::<HashMap<_, _>>()))
}

#[cfg(test)]
mod tests;
