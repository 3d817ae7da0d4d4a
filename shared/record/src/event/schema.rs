//! What Lambda's schema registry integration adds to a record.

use super::{
    cursor::Parsed,
    parse::{Parser, missing},
};
use crate::batch::SchemaEntry;
use std::borrow::Cow;

impl<'e> Parser<'e> {
    /// Reads `keySchemaMetadata` or `valueSchemaMetadata`.
    #[inline(never)]
    pub(super) fn schema(&mut self, member: &'static str) -> Parsed<Option<u32>> {
        /// Records of a batch share a few schemas; the list is not searched further for an old one.
        const REMEMBERED: usize = 8;
        if self.cursor.take(b"null") {
            return Ok(None);
        }
        let object = self.cursor.position();
        let (mut data_format, mut schema_id) = (None, None);
        let mut more = self.cursor.open_object(member, "an object or null")?;
        while more {
            let name = self.cursor.member_name()?;
            self.cursor.white_space();
            match name.as_ref() {
                b"dataFormat" if data_format.is_some() => return Err(self.cursor.repeated("dataFormat")),
                b"schemaId" if schema_id.is_some() => return Err(self.cursor.repeated("schemaId")),
                b"dataFormat" => data_format = Some(self.cursor.text("dataFormat", "text")?),
                b"schemaId" => schema_id = Some(self.schema_id()?),
                _ => self.cursor.skip_value()?,
            }
            more = self.cursor.next_member()?;
        }
        let data_format = data_format.ok_or_else(|| missing(object, "dataFormat"))?;
        let schema_id = schema_id.ok_or_else(|| missing(object, "schemaId"))?;
        let oldest = self.schemas.len().saturating_sub(REMEMBERED);
        let known = self.schemas[oldest..]
            .iter()
            .position(|schema| schema.data_format == data_format && schema.schema_id == schema_id);
        let index = known.map_or(self.schemas.len(), |known| oldest + known);
        if known.is_none() {
            let (data_format, schema_id) = (data_format.into_owned(), schema_id.into_owned());
            self.schemas.push(SchemaEntry { data_format, schema_id });
        }
        Ok(Some(index as u32))
    }

    /// Reads a UUID of Glue's, or a number of a Confluent registry's as its text.
    fn schema_id(&mut self) -> Parsed<Cow<'e, str>> {
        const EXPECTED: &str = "text or a whole number";
        if self.cursor.peek() == Some(b'"') {
            return self.cursor.text("schemaId", EXPECTED);
        }
        let start = self.cursor.position();
        self.cursor.integer("schemaId", EXPECTED)?;
        Ok(String::from_utf8_lossy(self.cursor.since(start)))
    }
}
