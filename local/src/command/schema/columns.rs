//! From the arguments to the columns of the records.

use super::message::message;
use super::source::read;
use super::{Schema, Version};
use anyhow::{Context as _, bail};
use arrow_schema::SchemaRef;
use decoding::columns::avro::AvroDecoder;
use decoding::columns::envelope::EnvelopeDecoder;
use decoding::columns::json_schema::JsonSchemaDecoder;
use decoding::columns::protobuf::ProtobufDecoder;
use decoding::columns::single::{BytesDecoder, TextDecoder};
use decoding::columns::{ColumnOptions, DecodeValues, UnusableSchema, declared};
use pipeline::settings::{Converter, DeclaredSchema, ParquetSettings, Settings};
use schema::{Format, MessageRef, SchemaId, WriterSchema};
use std::path::Path;
use std::sync::Arc;

impl Schema {
    /// The columns that the function of these settings makes of values with this schema.
    pub(super) async fn columns(&self, settings: &Settings<ParquetSettings>) -> anyhow::Result<SchemaRef> {
        let options = settings.format.columns;
        match &settings.format.converter {
            Converter::Registry { format, .. } => {
                let (schema, name) = match &self.file.file {
                    Some(path) => (self.read(path, *format)?, path.display().to_string()),
                    None => bail!("expected the schema: --file, --id or --subject"),
                };
                let message = self.message.as_deref();
                columns_of(&schema, &name, message, options)
            }
            Converter::Envelope => {
                let text = self.text("a schema as JsonConverter writes it beside each payload")?;
                of(EnvelopeDecoder::new(&text, options))
            }
            Converter::Declared(DeclaredSchema::Text(text)) if self.file.file.is_none() => {
                Ok(Arc::clone(&declared(text, options)?.schema().columns))
            }
            Converter::Declared(_) => {
                let text = self.text("the schema of value.schema")?;
                Ok(Arc::clone(&declared(&text, options)?.schema().columns))
            }
            Converter::Text => of(Ok(TextDecoder::default())),
            Converter::Bytes => of(Ok(BytesDecoder::default())),
        }
    }

    fn text(&self, what: &str) -> anyhow::Result<String> {
        match &self.file.file {
            Some(path) => read(path),
            None => bail!("expected --file with {what}"),
        }
    }

    fn read(&self, path: &Path, format: Format) -> anyhow::Result<WriterSchema> {
        Ok(WriterSchema {
            id: SchemaId::Number(0),
            format,
            text: read(path)?,
            references: self.file.references()?,
            version: None,
        })
    }
}
