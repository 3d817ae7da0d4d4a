//! Which records are meant, and how the function of the settings writes them.

use super::name_and_value;
use super::source::{FileArguments, Variables};
use anyhow::Context as _;
use arrow_schema::Schema as Columns;
use catalog::Topic;
use clap::Args;
use decoding::columns::unwrapped_columns;
use encoding::KafkaMetadata;
use pipeline::settings::{ParquetSettings, Settings};
use schema::Version;
use std::ffi::OsString;
use std::sync::Arc;

/// Which records are meant.
#[derive(Args)]
pub(crate) struct RecordArguments {
    /// The topic
    #[arg(long)]
    topic: String,

    /// A setting of parquet-sink, such as PARTITIONER_CLASS=HourlyPartitioner; `landfall settings` lists them
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = name_and_value)]
    variables: Vec<(String, String)>,

    #[command(flatten)]
    pub(super) file: FileArguments,

    /// The message of a Protobuf schema, such as shop.Order; unset: the first of the file
    #[arg(long, value_name = "NAME")]
    pub(super) message: Option<String>,

    /// The schema with this id in the registry of the settings: a number, or a UUID
    #[arg(long, value_name = "ID", group = "schema")]
    pub(super) id: Option<String>,

    /// The schema of this subject in the registry of the settings; for Glue: a schema's name, or REGISTRY/NAME
    #[arg(long, value_name = "SUBJECT", group = "schema")]
    pub(super) subject: Option<String>,

    /// Which version of the subject: a number, or latest
    #[arg(long, value_name = "VERSION", requires = "subject", default_value = "latest", value_parser = version)]
    pub(super) version: Version,
}

/// The records of a topic, as the function writes them.
pub(crate) struct Records {
    topic: String,
    /// What the function is told.
    pub(crate) settings: Settings<ParquetSettings>,
    columns: Columns,
}

fn version(argument: &str) -> Result<Version, &'static str> {
    match argument.parse() {
        _ if argument == "latest" => Ok(Version::Latest),
        Ok(number @ 1..=0x7FFF_FFFF) => Ok(Version::Number(number)),
        _ => Err("expected latest or a number from 1 on"),
    }
}

impl RecordArguments {
    /// Reads the settings, and the schema from where it is.
    pub(crate) async fn read(&self) -> anyhow::Result<Records> {
        let settings = Settings::<ParquetSettings>::from_vars(|name| self.variables().get(name))?;
        let columns = unwrapped_columns(&self.columns(&settings).await?, settings.unwrap)?;
        let mut fields = columns.fields().to_vec();
        if settings.kafka_metadata == KafkaMetadata::Columns {
            fields.push(Arc::new(encoding::parquet::kafka_field()));
        }
        Ok(Records { topic: self.topic.clone(), settings, columns: Columns::new(fields) })
    }

    /// A variable of the arguments or of this shell, and nothing in its place where it is not set.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        self.variables().set(name)
    }

    fn variables(&self) -> Variables<'_> {
        Variables { given: &self.variables, file: self.file.file.as_deref() }
    }
}

impl Records {
    /// The topic that they are of.
    pub(crate) fn topic(&self) -> Topic<'_> {
        Topic {
            name: &self.topic,
            columns: &self.columns,
            partitioning: &self.settings.partitioning,
            naming: &self.settings.naming,
            bucket: &self.settings.s3.bucket,
            cluster: self.settings.cluster_name.as_deref(),
        }
    }
}

/// What stands for a bucket, without a `/` at its end: the bucket itself, or where a copy of it is.
pub(crate) fn location(given: Option<&str>, bucket: &str) -> anyhow::Result<String> {
    let location = match given {
        None => format!("s3://{bucket}"),
        Some(url) if url.contains("://") => url.to_owned(),
        // A view is used elsewhere than where it is printed.
        Some(folder) => {
            let path = std::path::absolute(folder).with_context(|| format!("{folder:?} is no folder"))?;
            path.into_os_string().into_string().ok().with_context(|| format!("{folder} is not UTF-8"))?
        }
    };
    Ok(location.trim_end_matches('/').to_owned())
}
