//! From the arguments to the columns of the records.

use super::message::message;
use super::records::RecordArguments;
use super::source::read;
use anyhow::{Context as _, bail};
use arrow_schema::SchemaRef;
use decoding::columns::{
    BytesDecoder, ColumnOptions, DecodeValues, EnvelopeDecoder, JsonSchemaDecoder, ProtobufDecoder,
    TextDecoder, UnusableSchema, declared,
};
use pipeline::parquet::SchemaRegistry;
use pipeline::settings::{Converter, DeclaredSchema, ParquetSettings, Settings};
use schema::{Fetched, Format, SchemaId, WriterSchema};
use std::path::Path;
use std::sync::Arc;

impl RecordArguments {
    /// The columns that the function of these settings makes of values with this schema.
    pub(super) async fn columns(&self, settings: &Settings<ParquetSettings>) -> anyhow::Result<SchemaRef> {
        let options = settings.format.columns;
        match &settings.format.converter {
            Converter::Registry { format, .. } => {
                let (name, schema) = match &self.file.file {
                    Some(path) => (path.display().to_string(), Arc::new(self.in_file(path, *format)?)),
                    None => self.in_registry(settings, *format).await?,
                };
                let columns = columns_of(&name, &schema, self.message.as_deref(), options);
                columns.with_context(|| format!("{name} makes no columns"))
            }
            Converter::Envelope => {
                of(EnvelopeDecoder::new(&self.text("the schema that stands beside each payload")?, options))
            }
            Converter::Declared(DeclaredSchema::Text(text)) if self.file.file.is_none() => {
                Ok(Arc::clone(&declared(text, options)?.schema().columns))
            }
            Converter::Declared(_) => {
                let text = self.text("the schema that value.schema names")?;
                Ok(Arc::clone(&declared(&text, options)?.schema().columns))
            }
            Converter::Text => of(Ok(TextDecoder::new())),
            Converter::Bytes => of(Ok(BytesDecoder::new())),
        }
    }

    fn text(&self, what: &str) -> anyhow::Result<String> {
        match &self.file.file {
            Some(path) => read(path),
            None => bail!("expected --file with {what}"),
        }
    }

    fn in_file(&self, path: &Path, format: Format) -> anyhow::Result<WriterSchema> {
        let references = self.file.references()?;
        // No registry gave it an id, and columns have none.
        Ok(WriterSchema { id: SchemaId::Number(0), format, text: read(path)?, references, version: None })
    }

    async fn in_registry(
        &self,
        settings: &Settings<ParquetSettings>,
        expected: Format,
    ) -> anyhow::Result<(String, Arc<WriterSchema>)> {
        let registry = SchemaRegistry::new(settings).map_err(anyhow::Error::from_boxed)?;
        let registry = registry.context("value.converter has no registry")?;
        let id = match (&self.id, &self.subject) {
            (Some(id), _) => registry.parse(id).with_context(|| format!("{id} is no id of this registry"))?,
            (None, Some(subject)) => {
                let id = registry.id_of(subject, self.version).await?;
                id.with_context(|| format!("the registry knows no version {} of {subject}", self.version))?
            }
            (None, None) => bail!("expected the schema: --file, --id or --subject"),
        };
        let schema = match registry.fetch(id).await? {
            Fetched::Schema(schema) => schema,
            Fetched::Unknown => bail!("the registry knows no schema {id}"),
            Fetched::Unusable(message) => bail!("{message}"),
        };
        if schema.format != expected {
            let (found, wanted) = (name(schema.format), name(expected));
            bail!("the registry has schema {id} as {found}, and value.converter says {wanted}");
        }
        Ok((format!("schema {id}"), schema))
    }
}

fn columns_of(
    file: &str,
    schema: &WriterSchema,
    message_name: Option<&str>,
    options: ColumnOptions,
) -> anyhow::Result<SchemaRef> {
    match schema.format {
        Format::Avro => Ok(decoding::columns::avro::columns(&schema.text, &schema.references, options)?),
        Format::JsonSchema => of(JsonSchemaDecoder::new(schema, options)),
        Format::Protobuf => {
            of(ProtobufDecoder::new(schema, &message(file, &schema.text, message_name)?, options))
        }
    }
}

fn of(decoder: Result<impl DecodeValues, UnusableSchema>) -> anyhow::Result<SchemaRef> {
    Ok(Arc::clone(&decoder?.schema().columns))
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Avro => "avro",
        Format::Protobuf => "protobuf",
        Format::JsonSchema => "json_schema",
    }
}
