//! `landfall schema`.

mod columns;
mod message;
mod records;
mod source;

use super::function::name_and_value;
use super::terminal::{note, say};
use catalog::{Described, DuckDbName, Scope, Table, TableName, Topic};
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
pub(crate) use records::{RecordArguments, location};
use std::process::ExitCode;

/// The database of Athena's where none is named.
const DEFAULT_DATABASE: &str = "default";

/// How many partitions Athena looks for where nobody says.
const DEFAULT_PARTITIONS: u32 = 100;

/// Print the table that makes a topic's Parquet objects readable in Athena, with partitions and without a crawler; or
/// a view for DuckDB
///
/// The settings are those of parquet-sink, from this shell and --env; they say where objects stand and how values
/// become columns. Whatever the table leaves out, and what its queries have to say, is told on standard error.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Schema {
    #[command(flatten)]
    records: RecordArguments,

    /// The database of the table [default: default; for DuckDB the schema of the connection]
    #[arg(long, value_name = "NAME")]
    database: Option<String>,

    /// The table; unset: the topic's name in lower case, with _ for what is neither a letter nor a digit
    #[arg(long, value_name = "NAME")]
    table: Option<String>,

    /// What to print: a statement for Athena, a CloudFormation template, or the columns, one per line
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Whose SQL to print. DuckDB needs no table: its views read the objects themselves, those of all codecs, and over
    /// S3 with its extension httpfs and a secret (CREATE SECRET (TYPE s3, PROVIDER credential_chain))
    #[arg(long, value_enum, default_value_t)]
    dialect: Dialect,

    /// Where DuckDB finds what is in the bucket: a folder, or a URL such as s3://copy/of-it [default: the bucket]
    #[arg(long, value_name = "FOLDER")]
    location: Option<String>,

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

    /// How many partitions the topic has, or may once have, where their numbers stand in directories [default: 100]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    partitions: Option<u32>,
}

const EXAMPLES: &str = "Examples:
  landfall schema --topic orders --file orders.avsc --env S3_BUCKET_NAME=lake \\
      --env PARTITIONER_CLASS=HourlyPartitioner
  landfall schema --topic orders --subject orders-value --env S3_BUCKET_NAME=lake \\
      --env SCHEMA_REGISTRY_URL=http://localhost:8081 --database raw --format cloudformation > orders-table.json
  landfall schema --topic orders --file shop.proto --message shop.Order --reference shop/money.proto=money.proto \\
      --env S3_BUCKET_NAME=lake --format columns
  landfall schema --topic shop.orders --file orders.avsc --env S3_BUCKET_NAME=lake --env DEBEZIUM_UNWRAP=after \\
      --env STORE_KAFKA_METADATA=columns --current --key id --dialect duckdb --location landfall-objects/lake";

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

/// Whose SQL is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Dialect {
    /// Athena's, and Trino's
    #[default]
    Athena,
    /// DuckDB's
    Duckdb,
}

impl Schema {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        self.check();
        let records = self.records.read().await?;
        match self.dialect {
            Dialect::Athena => self.for_athena(&records.topic())?,
            Dialect::Duckdb => self.for_duckdb(&records.topic())?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Ends the process, as clap does, where arguments contradict each other.
    fn check(&self) {
        let has_scope = self.since_year.is_some() || self.partitions.is_some();
        let problem = match (self.dialect, self.format) {
            (Dialect::Duckdb, Format::Cloudformation | Format::Columns) => {
                "--dialect duckdb prints views only: expected no --format"
            }
            (Dialect::Duckdb, Format::Ddl) if has_scope => {
                "DuckDB looks for objects itself: expected neither --since-year nor --partitions"
            }
            (Dialect::Athena, _) if self.location.is_some() => {
                "--location is DuckDB's: expected --dialect duckdb"
            }
            _ => return,
        };
        clap::Error::raw(ErrorKind::ArgumentConflict, format!("{problem}\n")).exit();
    }

    fn for_athena(&self, topic: &Topic<'_>) -> anyhow::Result<()> {
        let this_year = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year();
        let scope = Scope {
            since_year: self.since_year.unwrap_or_else(this_year),
            partitions: self.partitions.unwrap_or(DEFAULT_PARTITIONS),
        };
        let database = self.database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
        let name = TableName { database, table: self.table(topic) };
        let Described { table, warnings } = catalog::describe(topic, name, scope)?;
        for warning in warnings {
            note(format_args!("landfall: {warning}"));
        }
        if self.current {
            say(format_args!("{};", table.current_view(&self.key)?))?;
            return Ok(());
        }
        match self.format {
            Format::Ddl => say(format_args!("{};", table.ddl()))?,
            Format::Cloudformation => say(table.cloudformation())?,
            Format::Columns => list(&table)?,
        }
        Ok(())
    }

    fn for_duckdb(&self, topic: &Topic<'_>) -> anyhow::Result<()> {
        let name = DuckDbName { schema: self.database.clone(), table: self.table(topic) };
        let location = location(self.location.as_deref(), topic.bucket)?;
        let table = catalog::describe_for_duckdb(topic, name, &location)?;
        let view = if self.current { table.current_view(&self.key)? } else { table.view() };
        say(format_args!("{view};"))?;
        Ok(())
    }

    fn table(&self, topic: &Topic<'_>) -> String {
        self.table.clone().unwrap_or_else(|| catalog::table_name(topic.name))
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
