//! Settings: Connect's properties, read from environment variables into types.
//!
//! [`TABLE`] declares every setting once; [`Settings::from_vars`] reads them all and reports every problem
//! at once. After that nothing is checked twice.

mod placing;
mod reader;
mod s3;
mod table;
mod unsupported;

pub(crate) use s3::OWN_TAGS;

pub use reader::{Problem, SettingsError};
pub use s3::{Encryption, Role, S3Settings};
pub use table::{DefaultValue, Empty, Setting, TABLE};

use decoding::NullValues;
use encoding::{Compression, GzipLevel, ZstdLevel};
use naming::Naming;
use partitioning::Partitioning;
use reader::Reader;
use std::ffi::OsString;

/// What a sink is told to do.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the objects go, and as whom.
    pub s3: S3Settings,
    /// Which records share an object.
    pub partitioning: Partitioning,
    /// How objects of data are called.
    pub naming: Naming,
    /// How objects of rejected records are called.
    pub quarantine: Naming,
    /// `cluster.name`; none: the name in the event's ARN.
    pub cluster_name: Option<String>,
    /// How bodies are compressed.
    pub compression: Compression,
    /// What becomes of tombstones.
    pub null_values: NullValues,
    /// What becomes of a record that cannot be decoded or placed.
    pub tolerance: Tolerance,
    /// Whether failed partitions are named in the answer, so that the others are not repeated.
    pub report_item_failures: bool,
    /// CloudWatch namespace of the metrics; none: they are off.
    pub metrics_namespace: Option<String>,
}

/// `errors.tolerance`: what becomes of a record that cannot be decoded or placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// `all`: it goes to quarantine.
    All,
    /// `none`: the invocation fails.
    None,
}

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    ///
    /// With every variable that is not what it should be.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_vars(|name| std::env::var_os(name))
    }

    /// Reads settings from wherever `lookup` finds variables.
    ///
    /// # Errors
    ///
    /// With every variable that is not what it should be.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(&lookup);
        reader.refuse_unsupported();
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }

    /// Reads every setting before it gives up on any, so that all problems come to light together.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let s3 = s3::read(reader);
        let compression = read_compression(reader);
        let placing = placing::read(reader, compression);
        let null_values = reader.read(table::NULL_VALUES, |text| match text {
            "fail" => Ok(NullValues::Fail),
            "ignore" => Ok(NullValues::Ignore),
            "write" => Ok(NullValues::Write),
            _ => Err("expected fail, ignore or write"),
        });
        let tolerance = reader.read(table::ERRORS_TOLERANCE, |text| match text {
            "all" => Ok(Tolerance::All),
            "none" => Ok(Tolerance::None),
            _ => Err("expected all or none"),
        });
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
        let report_item_failures = reader.boolean(table::REPORT_ITEM_FAILURES);
        let metrics_enabled = reader.boolean(table::METRICS_ENABLED);
        let metrics_namespace = reader.text(table::METRICS_NAMESPACE);

        let placing = placing?;
        Some(Self {
            s3: s3?,
            partitioning: placing.partitioning,
            naming: placing.naming,
            quarantine: placing.quarantine,
            cluster_name: placing.cluster_name,
            compression: compression?,
            null_values: null_values?,
            tolerance: tolerance?,
            report_item_failures: report_item_failures?,
            metrics_namespace: metrics_namespace.filter(|_| metrics_enabled == Some(true)),
        })
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

#[cfg(test)]
mod tests;
