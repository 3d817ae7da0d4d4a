//! Parquet: rows of columns as one file.
//!
//! An object is a file with one row group, or none where it has no rows. Its schema is made from the columns and
//! what `decoding::columns::meta` says of them, not by Arrow's conversion: lists have 3 levels, decimals the
//! narrowest type, and UUIDs, enums, JSON and intervals their annotations. The same rows always give the same bytes.

mod codec;
mod compatibility;
mod dictionary;
mod error;
mod kafka_column;
mod metadata;
mod options;
mod properties;
mod rows;
mod schema;
mod write;

pub use codec::{BrotliLevel, CodecError, ParquetCodec};
pub use compatibility::Compatibility;
pub use error::ColumnsError;
pub use kafka_column::kafka_field;
pub use metadata::{COVERAGE, CREATED_BY, PARTITION, SCHEMA_FINGERPRINT, SCHEMA_ID, TOPIC};
pub use options::{Dictionary, Enums, ParquetOptions, Statistics};

use crate::{Encode, EncodingError, KAFKA_MEMBER, KafkaMetadata};
use arrow_schema::{FieldRef, Fields, SchemaRef};
use compatibility::Schemas;
use decoding::columns::TableRow;
use record::Row as _;
use schema::FileSchema;
use std::ops::Range;
use std::sync::Arc;

/// Registered with IANA.
const CONTENT_TYPE: &str = "application/vnd.apache.parquet";

/// Writes objects of Parquet.
#[derive(Debug)]
pub struct Parquet {
    options: ParquetOptions,
}

impl Parquet {
    /// Parquet, written like this.
    pub fn new(options: ParquetOptions) -> Self {
        Self { options }
    }

    /// How it is written.
    pub fn options(&self) -> &ParquetOptions {
        &self.options
    }

    /// Tells whether an object can have these columns, so that rows which could never be written are found before
    /// they are grouped.
    ///
    /// # Errors
    ///
    /// When it can't: a type, a name that is there twice, or the name of Kafka's metadata.
    pub fn check(&self, columns: &SchemaRef) -> Result<(), EncodingError> {
        self.schema(columns.fields().clone()).map(|_| ())
    }

    /// The schema of an object whose values have these columns.
    fn schema(&self, columns: Fields) -> Result<FileSchema, EncodingError> {
        let columns = match self.options.kafka_metadata {
            KafkaMetadata::None => columns,
            KafkaMetadata::Columns => {
                if columns.iter().any(|column| column.name() == KAFKA_MEMBER) {
                    return Err(ColumnsError::NameTaken(KAFKA_MEMBER.to_owned()).into());
                }
                let kafka: FieldRef = Arc::new(kafka_field());
                columns.iter().cloned().chain([kafka]).collect()
            }
        };
        FileSchema::new(&columns, self.options.enums)
    }
}

impl Encode<TableRow<'_>> for Parquet {
    /// As many rows as have schemas that resolve to one.
    fn together(&self, rows: &[TableRow<'_>]) -> usize {
        Schemas::new(self.options.compatibility).take(rows)
    }

    fn encode(
        &self,
        group: &[TableRow<'_>],
        written: Range<usize>,
        coverage: &str,
    ) -> Result<Vec<u8>, EncodingError> {
        let rows = &group[written];
        let mut schemas = Schemas::new(self.options.compatibility);
        // Without rows, the schema is what the group's first object has.
        let told = if rows.is_empty() { &group[..self.together(group)] } else { rows };
        if schemas.take(told) < told.len() {
            return Err(ColumnsError::SeveralSchemas.into());
        }

        let mut fields = Fields::empty();
        let mut columns = Vec::new();
        if let Some(reader) = schemas.reader() {
            let has_tombstones = rows.iter().any(|row| row.place().is_none());
            fields = reader.columns.fields().clone();
            if has_tombstones {
                fields = rows::with_tombstones(&fields);
            }
            if !rows.is_empty() {
                columns = rows::columns_of(rows, &reader.columns)?;
            }
        }
        let schema = self.schema(fields)?;
        if self.options.kafka_metadata == KafkaMetadata::Columns && !rows.is_empty() {
            columns.push(kafka_column::kafka_column(rows.iter().map(|row| row.record()))?);
        }
        let key_values = metadata::key_values(group[0].record(), coverage, told);
        let properties = properties::properties(&self.options, &schema, &columns, key_values);
        write::write(&schema, properties, columns)
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    fn content_encoding(&self) -> Option<&'static str> {
        None
    }
}
