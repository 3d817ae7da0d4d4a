//! A decoder for each schema.

use super::values::WriterRef;
use arrow_schema::SchemaRef;
use decoding::columns::avro::AvroDecoder;
use decoding::columns::{
    ColumnOptions, DecodeValues, EnvelopeDecoder, JsonSchemaDecoder, ProtobufDecoder, UnusableSchema,
    unwrapped,
};
use decoding::debezium::Unwrap;
use record::RejectionKind;
use schema::{Fetched, Format, MessageRef, SchemaId, WriterSchema};
use std::collections::{BTreeMap, HashMap};

/// Schemas that came with values are as many as their producers like; those of a registry are few.
const MOST_DECODERS: usize = 1_000;

/// What a registry said of the schemas of a batch.
pub(super) type Known = BTreeMap<SchemaId, Fetched>;

type Decoder = Result<Box<dyn DecodeValues>, UnusableSchema>;

/// Why values of a schema can't be decoded, all of them.
pub(super) type NoDecoder = (RejectionKind, String);

/// Decoders by what they decode, made once: a schema never changes.
#[derive(Debug)]
pub(super) struct Decoders {
    options: ColumnOptions,
    /// What `value.converter` says of registered schemas.
    format: Option<Format>,
    /// Who is asked for schemas, for people.
    registry: String,
    unwrap: Unwrap,
    made: HashMap<WriterRef<'static>, Result<Box<dyn DecodeValues>, NoDecoder>>,
}

impl Decoders {
    pub(super) fn new(
        options: ColumnOptions,
        format: Option<Format>,
        registry: String,
        unwrap: Unwrap,
    ) -> Self {
        Self { options, format, registry, unwrap, made: HashMap::new() }
    }

    /// The decoder of values that were written like this; and whether it was made just now.
    pub(super) fn of(
        &mut self,
        writer: &WriterRef<'_>,
        known: &Known,
        only: impl FnOnce() -> Decoder,
        check: impl FnOnce(&SchemaRef) -> Result<(), NoDecoder>,
    ) -> Result<(&mut dyn DecodeValues, bool), NoDecoder> {
        let writer = writer.clone().into_owned();
        let is_new = !self.made.contains_key(&writer);
        if is_new {
            let made = self.make(&writer, known, only)?;
            let made = made.and_then(|decoder| unwrapped(decoder, self.unwrap));
            let decoder = made.map_err(|UnusableSchema(message)| (RejectionKind::UnusableSchema, message));
            let decoder = decoder.and_then(|it| check(&it.schema().columns).map(|()| it));
            if self.made.len() >= MOST_DECODERS {
                self.made.retain(|writer, _| !matches!(writer, WriterRef::Enveloped(_)));
            }
            self.made.insert(writer.clone(), decoder);
        }
        match self.made.get_mut(&writer).expect("it was inserted above where it was missing") {
            Ok(decoder) => Ok((&mut **decoder, is_new)),
            Err(error) => Err(error.clone()),
        }
    }

    fn make(
        &self,
        writer: &WriterRef<'_>,
        known: &Known,
        only: impl FnOnce() -> Decoder,
    ) -> Result<Decoder, NoDecoder> {
        match writer {
            WriterRef::Registered(id, message) => {
                match known.get(id).expect("the source tells of every schema of a batch") {
                    Fetched::Schema(schema) => Ok(self.of_schema(schema, message.as_ref())),
                    Fetched::Unusable(message) => Err((RejectionKind::UnusableSchema, message.clone())),
                    // Not kept: it may be known to the next batch.
                    Fetched::Unknown => {
                        Err((RejectionKind::UnknownSchema, format!("{} does not know it", self.registry)))
                    }
                }
            }
            WriterRef::Enveloped(text) => Ok(boxed(EnvelopeDecoder::new(text, self.options))),
            WriterRef::Only => Ok(only()),
        }
    }

    fn of_schema(&self, schema: &WriterSchema, message: Option<&MessageRef>) -> Decoder {
        if let Some(expected) = self.format.filter(|expected| *expected != schema.format) {
            let message = format!(
                "the registry has it as {}, and value.converter says {}",
                name(schema.format),
                name(expected)
            );
            return Err(UnusableSchema(message));
        }
        decoder_of(schema, message, self.options)
    }
}

/// Makes the decoder of a registered schema.
pub(super) fn decoder_of(
    schema: &WriterSchema,
    message: Option<&MessageRef>,
    options: ColumnOptions,
) -> Decoder {
    match schema.format {
        Format::Avro => boxed(AvroDecoder::new(schema, options)),
        Format::JsonSchema => boxed(JsonSchemaDecoder::new(schema, options)),
        Format::Protobuf => match message {
            Some(message) => boxed(ProtobufDecoder::new(schema, message, options)),
            None => Err(UnusableSchema("nothing tells which message of the schema a value is".to_owned())),
        },
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Avro => "avro",
        Format::Protobuf => "protobuf",
        Format::JsonSchema => "json_schema",
    }
}

fn boxed<D: DecodeValues + 'static>(decoder: Result<D, UnusableSchema>) -> Decoder {
    decoder.map(|decoder| Box::new(decoder) as Box<dyn DecodeValues>)
}
