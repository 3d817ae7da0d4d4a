//! Settings: Connect's properties, read from environment variables into types.
//!
//! [`TABLE`] declares every setting once; [`Settings::from_vars`] reads those of a function and reports every problem
//! at once. After that nothing is checked twice.

mod function;
mod json;
mod layout;
#[cfg(feature = "parquet")]
mod parquet;
mod placing;
mod reader;
#[cfg(feature = "replay")]
mod replay;
mod s3;
mod table;
mod unsupported;

pub(crate) use s3::OWN_TAGS;

pub use function::{Function, NoFunction};
pub use json::JsonSettings;
pub use layout::Layout;
#[cfg(feature = "parquet")]
pub use parquet::{
    ConfluentSettings, Converter, DeclaredSchema, ParquetSettings, RegistryAuth, RegistrySettings, Requests,
};
pub use reader::{Problem, Reader, SettingsError};
#[cfg(feature = "replay")]
pub use replay::ReplaySettings;
pub use s3::{Encryption, Role, S3Settings};
pub use table::{DefaultValue, Empty, Functions, Setting, TABLE, settings_of};

use decoding::NullValues;
use decoding::debezium::Unwrap;
use encoding::{Compression, KafkaMetadata};
use naming::Naming;
use partitioning::Partitioning;
use std::ffi::OsString;

/// What a sink is told to do: what every sink is, and what one of its format is beside.
#[derive(Debug, Clone)]
pub struct Settings<F> {
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
    /// What becomes of tombstones.
    pub null_values: NullValues,
    /// What becomes of Debezium's envelopes.
    pub unwrap: Unwrap,
    /// What stands beside a value of the record that it came in.
    pub kafka_metadata: KafkaMetadata,
    /// What becomes of a record that cannot be decoded or placed.
    pub tolerance: Tolerance,
    /// Whether failed partitions are named in the answer, so that the others are not repeated.
    pub report_item_failures: bool,
    /// CloudWatch namespace of the metrics; none: they are off.
    pub metrics_namespace: Option<String>,
    /// What only this format has.
    pub format: F,
}

/// `errors.tolerance`: what becomes of a record that cannot be decoded or placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// `all`: it goes to quarantine.
    All,
    /// `none`: the invocation fails.
    None,
}

/// Settings that only one function has.
pub trait FormatSettings: Sized + Clone + std::fmt::Debug + Send + Sync {
    /// The function.
    const FUNCTION: Function;

    /// Reads them all before it gives up on any, so that all problems come to light together.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// How the names of objects end.
    fn extensions(&self) -> Extensions;

    /// How objects of rejected records are compressed.
    fn quarantine_compression(&self) -> Compression;
}

/// How the names of objects end, with the dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extensions {
    /// Of data.
    pub data: &'static str,
    /// Of rejected records.
    pub quarantine: &'static str,
}

impl<F: FormatSettings> Settings<F> {
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
        let mut reader = Reader::new(F::FUNCTION, &lookup);
        reader.refuse_unsupported();
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }

    /// Reads every setting before it gives up on any, so that all problems come to light together.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let s3 = s3::read(reader);
        let null_values = read_null_values(reader);
        let unwrap = reader.read(table::DEBEZIUM_UNWRAP, |text| match text {
            "none" => Ok(Unwrap::None),
            "after" => Ok(Unwrap::After),
            _ => Err("expected none or after"),
        });
        let kafka_metadata = reader.read(table::STORE_KAFKA_METADATA, |text| match text {
            "none" => Ok(KafkaMetadata::None),
            "columns" => Ok(KafkaMetadata::Columns),
            _ => Err("expected none or columns"),
        });
        let format = F::read(reader);
        let extensions = format.as_ref().map(F::extensions);
        let placing = placing::read(
            reader,
            extensions.map(|extensions| extensions.data),
            extensions.map(|extensions| extensions.quarantine),
        );
        let tolerance = reader.read(table::ERRORS_TOLERANCE, |text| match text {
            "all" => Ok(Tolerance::All),
            "none" => Ok(Tolerance::None),
            _ => Err("expected all or none"),
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
            null_values: null_values?,
            unwrap: unwrap?,
            kafka_metadata: kafka_metadata?,
            tolerance: tolerance?,
            report_item_failures: report_item_failures?,
            metrics_namespace: metrics_namespace.filter(|_| metrics_enabled == Some(true)),
            format: format?,
        })
    }
}

fn read_null_values(reader: &mut Reader<'_>) -> Option<NullValues> {
    reader.read(table::NULL_VALUES, |text| match text {
        "fail" => Ok(NullValues::Fail),
        "ignore" => Ok(NullValues::Ignore),
        "write" => Ok(NullValues::Write),
        _ => Err("expected fail, ignore or write"),
    })
}

#[cfg(test)]
mod tests;
