//! Settings of json-sink alone.

use super::reader::Reader;
use super::{Extensions, FormatSettings, Function, table};
use encoding::{Compression, GzipLevel, ZstdLevel};

/// What json-sink is told beside what every sink is.
#[derive(Debug, Clone)]
pub struct JsonSettings {
    /// How bodies are compressed.
    pub compression: Compression,
}

impl FormatSettings for JsonSettings {
    const FUNCTION: Function = Function::JsonSink;

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let compression = read_compression(reader);
        reader.read(table::FORMAT_CLASS, |text| match text {
            "JsonFormat" | "io.confluent.connect.s3.format.json.JsonFormat" => Ok(()),
            _ => Err(
                "expected JsonFormat (io.confluent.connect.s3.format.json.JsonFormat): json-sink writes JSON",
            ),
        });
        reader.read(table::VALUE_CONVERTER, |text| match text {
            "json" | "org.apache.kafka.connect.json.JsonConverter" => Ok(()),
            _ => Err("expected json (org.apache.kafka.connect.json.JsonConverter): json-sink reads JSON"),
        });
        Some(Self { compression: compression? })
    }

    fn extensions(&self) -> Extensions {
        let extension = encoding::json_lines_extension(self.compression);
        Extensions { data: extension, quarantine: extension }
    }

    fn quarantine_compression(&self) -> Compression {
        self.compression
    }
}

fn read_compression(reader: &mut Reader<'_>) -> Option<Compression> {
    let kind = reader.read(table::S3_COMPRESSION_TYPE, |text| match text {
        "none" => Ok(Compression::None),
        "gzip" => Ok(Compression::Gzip(GzipLevel::DEFAULT)),
        "zstd" => Ok(Compression::Zstd(ZstdLevel::DEFAULT)),
        _ => Err("expected none, gzip or zstd"),
    })?;
    let level = reader.read(table::S3_COMPRESSION_LEVEL, |text| {
        text.parse().ok().filter(|level: &i16| *level >= -1).ok_or("expected a whole number from -1 up")
    })?;
    if level == -1 {
        return Some(kind);
    }
    // A level above what the type could take is refused by the type itself.
    let level = u8::try_from(level).unwrap_or(u8::MAX);
    let leveled = match kind {
        Compression::None => Err("expected -1, because s3.compression.type is none".to_owned()),
        Compression::Gzip(_) => Compression::gzip(level).map_err(|error| format!("expected {error}")),
        Compression::Zstd(_) => Compression::zstd(level).map_err(|error| format!("expected {error}")),
    };
    leveled.inspect_err(|expected| reader.refuse(table::S3_COMPRESSION_LEVEL, expected)).ok()
}
