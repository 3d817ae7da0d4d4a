//! What a tool needs to know of a sink, whichever it is.

use super::reader::Reader;
use super::{Function, S3Settings, SettingsError, TABLE, placing, s3, table};
use decoding::NullValues;
use naming::Naming;
use std::ffi::OsString;

/// Where a sink's objects are, and how they are called: what a tool needs to find them.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Where the objects are, and as whom to go there.
    pub s3: S3Settings,
    /// How objects of data are called; its extension is of no meaning, because that depends on the sink.
    pub naming: Naming,
    /// How objects of rejected records are called; likewise without a meaning of its extension.
    pub quarantine: Naming,
    /// `cluster.name`; none: the name in the event's ARN.
    pub cluster_name: Option<String>,
    /// What became of tombstones.
    pub null_values: NullValues,
    /// Whether every record has the path of its partition, as far as is said: `partitioner.class` is the default, or
    /// not set.
    pub has_partition_paths: bool,
}

impl Layout {
    /// Reads settings from wherever `lookup` finds variables; those that say nothing of objects' names are passed over.
    ///
    /// # Errors
    ///
    /// With every variable that is not what it should be.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        // What is read here is the same for all functions.
        let mut reader = Reader::new(Function::JsonSink, &lookup);
        let layout = Self::read(&mut reader);
        reader.finish(layout)
    }

    /// Whether a variable is one of the settings of a function, or one that the AWS SDKs have too.
    pub fn knows(variable: &str) -> bool {
        variable.starts_with("AWS_")
            || variable == "SSL_CERT_FILE"
            || TABLE.iter().any(|setting| setting.variables().any(|its| its == variable))
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let s3 = s3::read(reader);
        let null_values = super::read_null_values(reader);
        let placing = placing::read(reader, Some(""), Some(""));
        let is_default = !reader.is_set(table::PARTITIONER_CLASS);
        let placing = placing?;
        let partitioners = &placing.partitioning.partitioners;
        Some(Self {
            s3: s3?,
            has_partition_paths: is_default
                || matches!(partitioners.as_slice(), [partitioning::Partitioner::Default]),
            naming: placing.naming,
            quarantine: placing.quarantine,
            cluster_name: placing.cluster_name,
            null_values: null_values?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(variables: &[(&str, &str)]) -> Result<Layout, SettingsError> {
        let required = [
            ("S3_BUCKET_NAME", "lake"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        Layout::from_vars(|name| {
            let value = variables.iter().chain(&required).find(|(variable, _)| *variable == name)?.1;
            Some(value.into())
        })
    }

    #[test]
    fn names_are_those_of_any_sink() {
        let lake = layout(&[
            ("OBJECT_KEY_TEMPLATE", "{path}/{topic}+{partition}+{offset}{extension}"),
            ("PARTITIONER_CLASS", "HourlyPartitioner"),
            ("SCHEMA_REGISTRY_URL", "http://registry"),
            ("QUARANTINE_DIR", "bad"),
        ])
        .unwrap();
        assert_eq!(lake.naming.common_prefix(), "");
        assert_eq!(lake.quarantine.common_prefix(), "bad/");
        assert!(!lake.has_partition_paths);
        assert!(layout(&[]).unwrap().has_partition_paths);
    }

    #[test]
    fn what_is_wrong_is_told_at_once() {
        let error = layout(&[("TOPICS_DIR", "/"), ("BEHAVIOR_ON_NULL_VALUES", "maybe")]).unwrap_err();
        let variables: Vec<&str> = error.problems.iter().map(|problem| problem.variable.as_str()).collect();
        assert_eq!(variables, ["BEHAVIOR_ON_NULL_VALUES", "TOPICS_DIR"]);
    }

    #[test]
    fn settings_of_all_functions_are_known() {
        for variable in ["TOPICS_DIR", "PARQUET_CODEC", "AWS_REGION", "VALUE_CONVERTER_SCHEMA_REGISTRY_URL"] {
            assert!(Layout::knows(variable), "{variable}");
        }
        assert!(!Layout::knows("TOPIC_DIR"));
    }
}
