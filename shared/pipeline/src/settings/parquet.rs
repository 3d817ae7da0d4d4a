//! Settings of parquet-sink alone.

mod registry;

pub use registry::{ConfluentSettings, RegistryAuth, RegistrySettings, Requests};

use super::reader::Reader;
use super::{Extensions, FormatSettings, Function, table};
use decoding::columns::{ColumnOptions, Recursion, Temporal};
use encoding::Compression;
use encoding::parquet::{Compatibility, Dictionary, Enums, ParquetCodec, Statistics};
use record::FieldPath;
use schema::Format;

/// What parquet-sink is told beside what every sink is.
#[derive(Debug, Clone)]
pub struct ParquetSettings {
    /// How values are encoded, and who tells their schemas.
    pub converter: Converter,
    /// How values become columns.
    pub columns: ColumnOptions,
    /// `schema.compatibility`
    pub compatibility: Compatibility,
    /// `parquet.codec`, with its level.
    pub codec: ParquetCodec,
    /// `parquet.statistics`
    pub statistics: Statistics,
    /// `parquet.page.index`
    pub page_index: bool,
    /// `parquet.dictionary`
    pub dictionary: Dictionary,
    /// `parquet.bloom.filter.columns`
    pub bloom_filters: Vec<FieldPath>,
    /// `parquet.enums`
    pub enums: Enums,
    /// `log.table.ddl`
    pub log_ddl: bool,
}

/// `value.converter`: how values are encoded, and who tells their schemas.
#[derive(Debug, Clone)]
pub enum Converter {
    /// `avro`, `protobuf` and `json_schema`: each value names its schema, which a registry tells.
    Registry {
        /// How they are encoded.
        format: Format,
        /// Who tells the schemas.
        registry: RegistrySettings,
    },
    /// `json` with schemas: each value brings its own.
    Envelope,
    /// `json` without schemas: one is declared for all.
    Declared(DeclaredSchema),
    /// `string`: one column of text.
    Text,
    /// `bytes`: one column of bytes.
    Bytes,
}

/// `value.schema`: the schema of plain JSON values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredSchema {
    /// An Avro schema or a JSON Schema.
    Text(String),
    /// An object that holds one.
    Object {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
    },
}

impl Converter {
    /// What registered schemas describe.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Registry { format, .. } => Some(*format),
            Self::Envelope | Self::Declared(_) | Self::Text | Self::Bytes => None,
        }
    }

    /// Who is asked for schemas, for people: URLs without credentials.
    pub fn registry(&self) -> String {
        match self {
            Self::Registry { registry: RegistrySettings::Confluent(confluent), .. } => {
                let urls: Vec<String> = confluent.urls.iter().map(|url| format!("{url:?}")).collect();
                format!("the registry at {}", urls.join(", "))
            }
            Self::Registry { registry: RegistrySettings::Glue { endpoint: Some(url), .. }, .. } => {
                format!("Glue at {url:?}")
            }
            Self::Registry { registry: RegistrySettings::Glue { endpoint: None, .. }, .. } => {
                "Glue".to_owned()
            }
            Self::Envelope | Self::Declared(_) | Self::Text | Self::Bytes => String::new(),
        }
    }
}

impl FormatSettings for ParquetSettings {
    const FUNCTION: Function = Function::ParquetSink;

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.read(table::PARQUET_FORMAT_CLASS, |text| match text {
            "ParquetFormat" | "io.confluent.connect.s3.format.parquet.ParquetFormat" => Ok(()),
            _ => Err("expected ParquetFormat (io.confluent.connect.s3.format.parquet.ParquetFormat): \
                      parquet-sink writes Parquet"),
        });
        let codec = read_codec(reader);
        let statistics = reader.read(table::PARQUET_STATISTICS, |text| match text {
            "none" => Ok(Statistics::None),
            "chunk" => Ok(Statistics::Chunk),
            "page" => Ok(Statistics::Page),
            _ => Err("expected none, chunk or page"),
        });
        let page_index = reader.boolean(table::PARQUET_PAGE_INDEX);
        if page_index == Some(false) && statistics == Some(Statistics::Page) {
            reader.refuse(table::PARQUET_PAGE_INDEX, "expected parquet.statistics=chunk or none beside it");
        }
        let dictionary = reader.read(table::PARQUET_DICTIONARY, |text| match text {
            "auto" => Ok(Dictionary::Sampled),
            "true" => Ok(Dictionary::Always),
            "false" => Ok(Dictionary::Never),
            _ => Err("expected auto, true or false"),
        });
        let bloom_filters = read_bloom_filters(reader);
        let enums = reader.read(table::PARQUET_ENUMS, |text| match text {
            "string" => Ok(Enums::String),
            "enum" => Ok(Enums::Enum),
            _ => Err("expected string or enum"),
        });
        let compatibility = reader.read(table::SCHEMA_COMPATIBILITY, |text| match text {
            "NONE" => Ok(Compatibility::None),
            "BACKWARD" => Ok(Compatibility::Backward),
            "FORWARD" => Ok(Compatibility::Forward),
            "FULL" => Ok(Compatibility::Full),
            _ => Err("expected NONE, BACKWARD, FORWARD or FULL"),
        });
        let temporal = reader.read(table::DEBEZIUM_TEMPORAL, |text| match text {
            "logical" => Ok(Temporal::Logical),
            "timestamps" => Ok(Temporal::Timestamps),
            "raw" => Ok(Temporal::Raw),
            _ => Err("expected logical, timestamps or raw"),
        });
        let recursion = reader.read(table::RECURSIVE_TYPES, |text| match text {
            "quarantine" => Ok(Recursion::Quarantine),
            "json" => Ok(Recursion::Json),
            _ => Err("expected quarantine or json"),
        });
        let log_ddl = reader.boolean(table::LOG_TABLE_DDL);
        refuse_tombstones_without_columns(reader);
        let converter = read_converter(reader);
        Some(Self {
            converter: converter?,
            columns: ColumnOptions { temporal: temporal?, recursion: recursion? },
            compatibility: compatibility?,
            codec: codec?,
            statistics: statistics?,
            page_index: page_index?,
            dictionary: dictionary?,
            bloom_filters: bloom_filters?,
            enums: enums?,
            log_ddl: log_ddl?,
        })
    }

    fn extensions(&self) -> Extensions {
        let quarantine = encoding::json_lines_extension(self.quarantine_compression());
        Extensions { data: self.codec.extension(), quarantine }
    }

    fn quarantine_compression(&self) -> Compression {
        Compression::None
    }
}

fn read_codec(reader: &mut Reader<'_>) -> Option<ParquetCodec> {
    let codec = reader.read(table::PARQUET_CODEC, str::parse::<ParquetCodec>);
    let level = reader.read(table::PARQUET_COMPRESSION_LEVEL, |text| {
        text.parse::<u8>().map_err(|_| "expected a whole number from 0 up")
    });
    let codec = codec?;
    let Some(level) = level else { return Some(codec) };
    codec.with_level(level).inspect_err(|error| reader.refuse(table::PARQUET_COMPRESSION_LEVEL, error)).ok()
}

fn read_bloom_filters(reader: &mut Reader<'_>) -> Option<Vec<FieldPath>> {
    if !reader.is_set(table::PARQUET_BLOOM_FILTER_COLUMNS) {
        return Some(Vec::new());
    }
    reader.read(table::PARQUET_BLOOM_FILTER_COLUMNS, |text| {
        text.split(',').map(|path| path.trim().parse::<FieldPath>()).collect::<Result<Vec<_>, _>>()
    })
}

/// Where metadata is off, a tombstone's row would have no column at all.
fn refuse_tombstones_without_columns(reader: &mut Reader<'_>) {
    let null_values = reader.text(table::NULL_VALUES);
    let metadata = reader.text(table::STORE_KAFKA_METADATA);
    if null_values.as_deref() == Some("write") && metadata.as_deref() == Some("none") {
        reader.refuse(
            table::NULL_VALUES,
            "expected store.kafka.metadata=columns beside it: else the row of a tombstone would be empty",
        );
    }
}

/// A converter by name or class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Registry(Format),
    Json,
    Text,
    Bytes,
}

fn read_converter(reader: &mut Reader<'_>) -> Option<Converter> {
    let kind = reader.read(table::PARQUET_VALUE_CONVERTER, parse_kind);
    let schemas_enable = reader.boolean(table::SCHEMAS_ENABLE);
    let declared = read_declared(reader);
    let registry = registry::read(reader, matches!(kind, Some(Kind::Registry(_))));
    let is_declared = kind == Some(Kind::Json) && schemas_enable == Some(false);
    if reader.is_set(table::SCHEMAS_ENABLE) && kind.is_some_and(|kind| kind != Kind::Json) {
        reader.refuse(table::SCHEMAS_ENABLE, "expected value.converter=json beside it");
    }
    if reader.is_set(table::VALUE_SCHEMA) && kind.is_some() && !is_declared {
        reader.refuse(
            table::VALUE_SCHEMA,
            "expected value.converter=json and value.converter.schemas.enable=false beside it",
        );
    }
    if is_declared && !reader.is_set(table::VALUE_SCHEMA) {
        reader.refuse(
            table::VALUE_SCHEMA,
            "plain JSON needs it: columns follow a schema, and are never inferred from data",
        );
    }
    match kind? {
        Kind::Registry(format) => Some(Converter::Registry { format, registry: registry?? }),
        Kind::Json if schemas_enable? => Some(Converter::Envelope),
        Kind::Json => Some(Converter::Declared(declared?)),
        Kind::Text => Some(Converter::Text),
        Kind::Bytes => Some(Converter::Bytes),
    }
}

fn parse_kind(text: &str) -> Result<Kind, &'static str> {
    match text {
        "avro"
        | "io.confluent.connect.avro.AvroConverter"
        | "com.amazonaws.services.schemaregistry.kafkaconnect.AWSKafkaAvroConverter"
        | "io.apicurio.registry.utils.converter.AvroConverter" => Ok(Kind::Registry(Format::Avro)),
        "protobuf"
        | "io.confluent.connect.protobuf.ProtobufConverter"
        | "com.amazonaws.services.schemaregistry.kafkaconnect.protobuf.ProtobufSchemaConverter" => {
            Ok(Kind::Registry(Format::Protobuf))
        }
        "json_schema"
        | "io.confluent.connect.json.JsonSchemaConverter"
        | "com.amazonaws.services.schemaregistry.kafkaconnect.jsonschema.JsonSchemaConverter" => {
            Ok(Kind::Registry(Format::JsonSchema))
        }
        "json" | "org.apache.kafka.connect.json.JsonConverter" => Ok(Kind::Json),
        "string" | "org.apache.kafka.connect.storage.StringConverter" => Ok(Kind::Text),
        "bytes" | "org.apache.kafka.connect.converters.ByteArrayConverter" => Ok(Kind::Bytes),
        _ => Err(
            "expected avro, protobuf, json_schema, json, string or bytes, or the class of such a converter",
        ),
    }
}

fn read_declared(reader: &mut Reader<'_>) -> Option<DeclaredSchema> {
    reader.read(table::VALUE_SCHEMA, |text| {
        let Some(place) = text.strip_prefix("s3://") else {
            return if text.trim_start().starts_with('{') {
                Ok(DeclaredSchema::Text(text.to_owned()))
            } else {
                Err("expected a schema as a JSON object, or s3://<bucket>/<key>")
            };
        };
        match place.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(DeclaredSchema::Object { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            _ => Err("expected s3://<bucket>/<key>"),
        }
    })
}

#[cfg(test)]
mod tests;
