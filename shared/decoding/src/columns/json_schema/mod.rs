//! JSON values described by a JSON Schema of the drafts 4 to 2020-12.
//!
//! Columns come from the schema alone, never from values: what a record's columns are must not depend on the records
//! that happen to share its batch, or the same record could go to another object when it is delivered again. So
//! there is no inference, neither here nor anywhere else in this crate, and what a schema doesn't declare is in no
//! column: members beside `properties`, even where `additionalProperties` lets them pass.
//!
//! | schema | column |
//! |---|---|
//! | `object` with `properties` | a struct of them, in the schema's order or Confluent's `connect.index`; those that `required` doesn't list are nullable |
//! | `object` with a schema for `additionalProperties`, or one pattern, and no `properties` | a map |
//! | `array` | a list; a tuple is JSON text |
//! | `integer`, `number` | 64 bits, or what `connect.type` and Connect's logical name in `title` say |
//! | `string` | text, or by `format`: `date-time` (with an offset), `date`, `time`, `uuid` |
//! | `enum` of texts | an enum |
//! | `null` among the types or alternatives | the column is nullable |
//! | several types, several alternatives of `oneOf` or `anyOf` | a struct with one field for each, of which one is not null |
//! | alternatives beside the `properties` or the type `object` | all their properties, each nullable |
//! | anything else: no type, an object without properties | JSON text, as it was written |
//!
//! A field of such a struct is called by the alternative's `title`, or what its reference ends with, or its type;
//! Connect's own names, numbers of alternatives, would change their meaning when a schema gets another alternative.
//! What restricts values without changing their type (`pattern`, `minimum`, `not` …) is the producer's business and
//! not checked.

mod document;
mod facts;
mod library;
mod nodes;
#[cfg(test)]
mod tests;
mod unions;

use super::build::registered;
use super::json::{JsonDecoder, Node};
use super::{ColumnOptions, DecodeValues, DecodedValues, TableSchema, UnusableSchema, Writer};
use library::Documents;
use nodes::Walk;
use schema::WriterSchema;
use std::sync::Arc;

/// Decodes JSON values by a JSON Schema.
#[derive(Debug)]
pub struct JsonSchemaDecoder {
    json: JsonDecoder,
}

impl JsonSchemaDecoder {
    /// A decoder for the values of one schema.
    ///
    /// # Errors
    ///
    /// When the schema is broken, refers to what is not there, or makes no columns.
    pub fn new(schema: &WriterSchema, options: ColumnOptions) -> Result<Self, UnusableSchema> {
        Self::of(&Documents::of(schema)?, options, registered(schema))
    }

    /// A decoder for values of a schema that no registry knows.
    pub(super) fn declared(
        text: &str,
        options: ColumnOptions,
        writer: Writer,
    ) -> Result<Self, UnusableSchema> {
        Self::of(&Documents::parse(text, &[])?, options, writer)
    }

    fn of(documents: &Documents, options: ColumnOptions, writer: Writer) -> Result<Self, UnusableSchema> {
        let root: Node = Walk::new(&documents.library(), options).root()?;
        Ok(Self { json: JsonDecoder::new(root, writer) })
    }
}

impl DecodeValues for JsonSchemaDecoder {
    fn schema(&self) -> &Arc<TableSchema> {
        self.json.schema()
    }

    fn decode(&mut self, payloads: &[&[u8]]) -> DecodedValues {
        self.json.decode(payloads)
    }
}
