//! `landfall schema`.

mod columns;
mod message;
mod source;

use super::function::name_and_value;
use super::terminal::{note, say};
use arrow_schema::Schema as Columns;
use catalog::{Described, Scope, Table, TableName, Topic};
use clap::{Args, ValueEnum};
use decoding::columns::unwrapped_columns;
use encoding::KafkaMetadata;
use pipeline::settings::{ParquetSettings, Settings};
use schema::Version;
use source::{FileArguments, Variables};
use std::process::ExitCode;
use std::sync::Arc;

/// Print the table that makes a topic's Parquet objects readable in Athena, with partitions and without a crawler
///
/// The settings are those of parquet-sink, from this shell and --env; they say where objects stand and how values
/// become columns. Whatever the table leaves out, and what its queries have to say, is told on standard error.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Schema {
    /// The topic
    #[arg(long)]
    topic: String,

    /// A setting of parquet-sink, such as PARTITIONER_CLASS=HourlyPartitioner; `landfall settings` lists them
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = name_and_value)]
    variables: Vec<(String, String)>,

    #[command(flatten)]
    file: FileArguments,

    /// The message of a Protobuf schema, such as shop.Order; unset: the first of the file
    #[arg(long, value_name = "NAME")]
    message: Option<String>,

    /// The schema with this id in the registry of the settings: a number, or a UUID
    #[arg(long, value_name = "ID", group = "schema")]
    id: Option<String>,

    /// The schema of this subject in the registry of the settings; for Glue: a schema's name, or REGISTRY/NAME
    #[arg(long, value_name = "SUBJECT", group = "schema")]
    subject: Option<String>,

    /// Which version of the subject: a number, or latest
    #[arg(long, value_name = "VERSION", requires = "subject", default_value = "latest", value_parser = version)]
    version: Version,

    /// The database of the table
    #[arg(long, value_name = "NAME", default_value = "default")]
    database: String,

    /// The table; unset: the topic's name in lower case, with _ for what is neither a letter nor a digit
    #[arg(long, value_name = "NAME")]
    table: Option<String>,

    /// What to print: a statement for Athena, a CloudFormation template, or the columns, one per line
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Print a view of the rows as they are now instead: of the changes of each key the last one, deletes and truncates
    /// respected. Needs debezium.unwrap=after, store.kafka.metadata=columns and --key
    #[arg(long, conflicts_with = "format", requires = "key")]
    current: bool,

    /// The columns of the table's primary key, separated by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', requires = "current")]
    key: Vec<String>,

    /// The first year of the records; unset: this year. Athena doesn't look for earlier ones
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1..=9999))]
    since_year: Option<i16>,

    /// How many partitions the topic has, or may once have, where their numbers stand in directories
    #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    partitions: u32,
}

const EXAMPLES: &str = "Examples:
  landfall schema --topic orders --file orders.avsc --env S3_BUCKET_NAME=lake \\
      --env PARTITIONER_CLASS=HourlyPartitioner
  landfall schema --topic orders --subject orders-value --env S3_BUCKET_NAME=lake \\
      --env SCHEMA_REGISTRY_URL=http://localhost:8081 --database raw --format cloudformation > orders-table.json
  landfall schema --topic orders --file shop.proto --message shop.Order --reference shop/money.proto=money.proto \\
      --env S3_BUCKET_NAME=lake --format columns";

/// What is printed.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// `CREATE EXTERNAL TABLE`
    #[default]
    Ddl,
    /// A template with an `AWS::Glue::Table`
    Cloudformation,
    /// Names, types and comments
    Columns,
}

fn version(argument: &str) -> Result<Version, &'static str> {
    match argument.parse() {
        _ if argument == "latest" => Ok(Version::Latest),
        Ok(number @ 1..=0x7FFF_FFFF) => Ok(Version::Number(number)),
        _ => Err("expected latest or a number from 1 on"),
    }
}

impl Schema {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let variables = Variables { given: &self.variables, file: self.file.file.as_deref() };
        let settings = Settings::<ParquetSettings>::from_vars(|name| variables.get(name))?;
        let columns = unwrapped_columns(&self.columns(&settings).await?, settings.unwrap)?;
        let mut fields = columns.fields().to_vec();
        if settings.kafka_metadata == KafkaMetadata::Columns {
            fields.push(Arc::new(encoding::parquet::kafka_field()));
        }
        let topic = Topic {
            name: &self.topic,
            columns: &Columns::new(fields),
            partitioning: &settings.partitioning,
            naming: &settings.naming,
            bucket: &settings.s3.bucket,
            cluster: settings.cluster_name.as_deref(),
        };
        let table = self.table.unwrap_or_else(|| catalog::table_name(&self.topic));
        let this_year = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year();
        let scope =
            Scope { since_year: self.since_year.unwrap_or_else(this_year), partitions: self.partitions };
        let Described { table, warnings } =
            catalog::describe(&topic, TableName { database: self.database, table }, scope)?;
        for warning in warnings {
            note(format_args!("landfall: {warning}"));
        }
        if self.current {
            say(format_args!("{};", table.current_view(&self.key)?))?;
            return Ok(ExitCode::SUCCESS);
        }
        match self.format {
            Format::Ddl => say(format_args!("{};", table.ddl()))?,
            Format::Cloudformation => say(table.cloudformation())?,
            Format::Columns => list(&table)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a column per line: name, type and comment with tabs between, the columns of the records first.
fn list(table: &Table) -> std::io::Result<()> {
    for column in &table.columns {
        let comment = column.comment.as_deref().unwrap_or_default();
        say(format_args!("{}\t{}\t{comment}", column.name, column.hive_type))?;
    }
    for partition in &table.partitions {
        say(format_args!("{}\tstring\tpartition", partition.name))?;
    }
    Ok(())
}
