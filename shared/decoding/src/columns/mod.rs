//! Values with a schema, as rows of Arrow columns.
//!
//! A decoder is made for one writer's schema and turns payloads into the rows of a [`Table`]. Columns hold what
//! Parquet can hold and readers understand: see [`meta`] for what Arrow's types can't say. All formats end in the
//! same columns, so that resolving one schema to another, writing Parquet and describing a table know one model.

pub mod avro;
pub mod meta;
pub mod resolution;

mod build;
mod change;
mod declared;
mod envelope;
mod field;
mod json;
mod json_schema;
mod options;
mod protobuf;
mod semantic;
mod single;
mod table;

pub use change::{unwrapped, unwrapped_columns};
pub use declared::declared;
pub use envelope::{EnvelopeDecoder, Opened, open};
pub use json_schema::JsonSchemaDecoder;
pub use options::{ColumnOptions, Recursion, Temporal};
pub use protobuf::ProtobufDecoder;
pub use semantic::{Semantic, TimeUnit, semantic};
pub use single::{BytesDecoder, TextDecoder};
pub use table::{DecodeValues, DecodedValues, Table, TableRow, TableSchema, UnusableSchema, Writer};

#[cfg(test)]
mod tests;
