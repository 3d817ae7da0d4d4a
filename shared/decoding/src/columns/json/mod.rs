//! JSON values as rows, by whatever schema describes them.
//!
//! A schema of any kind becomes a tree of [`Node`]s: which column a value makes, and how it is written in JSON.
//! Members that no node names are skipped: they are no columns, since columns come from schemas alone.

mod cells;
pub(super) mod connect;
mod from_fields;
mod node;
mod raw;
mod scalars;
mod union;

pub(super) use from_fields::record as record_of_fields;
pub(super) use node::{Kind, MapForm, Member, Node, Object, TemporalForm};
pub(super) use raw::Raw;

use super::build::{Cell, Misfit, Rows, decode_each, table_schema};
use super::{DecodedValues, TableSchema, UnusableSchema, Writer};
use arrow_schema::{Field, SchemaRef};
use std::sync::Arc;

/// Name of the one column of values that are no records.
pub(super) const VALUE: &str = "value";

/// Most columns that a schema may make, nested ones included: references can be nested so that each level doubles
/// them.
const MAX_COLUMNS: usize = 10_000;

/// Decodes JSON values by a tree of nodes.
#[derive(Debug)]
pub(super) struct JsonDecoder {
    schema: Arc<TableSchema>,
    root: Node,
}

impl JsonDecoder {
    /// The fields of an object are the columns; any other value is the one column `value`.
    pub(super) fn new(root: Node, writer: Writer) -> Self {
        let fields: Vec<Field> = match &root.kind {
            Kind::Struct(object) => object.members.iter().map(|it| it.node.field(&it.name)).collect(),
            _ => vec![root.field(VALUE)],
        };
        Self { schema: table_schema(fields, writer), root }
    }

    /// Columns that are known already; the root is an object exactly where its members are the columns.
    pub(super) fn of_columns(columns: SchemaRef, root: Node, writer: Writer) -> Self {
        Self { schema: Arc::new(TableSchema { columns, writer }), root }
    }

    pub(super) fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    pub(super) fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        let root = &self.root;
        decode_each(&self.schema, payloads, |payload, rows| {
            let raw = Raw::parse(payload)?;
            Ok(push_row(root, raw, rows)?)
        })
    }
}

fn push_row(root: &Node, raw: Raw<'_>, rows: &mut Rows) -> Result<(), Misfit> {
    let row = match &root.kind {
        Kind::Struct(object) => cells::members(object, raw)?,
        _ => vec![cells::cell(root, raw)?],
    };
    rows.push(row)
}

/// Counts the columns that a schema makes, and refuses too many.
#[derive(Debug, Default)]
pub(super) struct Budget {
    columns: usize,
}

impl Budget {
    pub(super) fn take(&mut self) -> Result<(), UnusableSchema> {
        self.columns += 1;
        if self.columns <= MAX_COLUMNS {
            return Ok(());
        }
        Err(UnusableSchema(format!("schema makes more than {MAX_COLUMNS} columns, nested ones included")))
    }
}

/// The cell of a value that stands in a schema, such as a default.
pub(super) fn constant(node: &Node, text: &str) -> Result<Cell<'static>, String> {
    let raw = Raw::parse(text.as_bytes())?;
    Ok(cells::cell(node, raw)?.into_owned())
}
