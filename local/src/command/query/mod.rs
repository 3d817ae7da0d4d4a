//! `landfall query`.

mod script;

use super::schema::{RecordArguments, location};
use anyhow::{Context as _, bail};
use catalog::DuckDbName;
use clap::{Args, ValueEnum};
use script::{Script, Secret};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// Ask DuckDB for a topic's Parquet objects: a table's rows as they are now, or all of its changes
///
/// Runs the program duckdb with two views: `<table>` has all that was written, and `<table>_current`, where --key says what
/// tells rows apart, the rows as they are now. The settings are those of parquet-sink, from this shell and --env; they
/// say where objects stand, how values become columns, and who asks S3. Over S3, DuckDB loads its extension httpfs.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Query {
    #[command(flatten)]
    records: RecordArguments,

    /// The columns of the table's primary key, separated by commas; needs debezium.unwrap=after and
    /// store.kafka.metadata=columns
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    key: Vec<String>,

    /// What the views are called; unset: the topic's name in lower case, with _ for what is neither a letter nor a
    /// digit
    #[arg(long, value_name = "NAME")]
    table: Option<String>,

    /// Where to find what is in the bucket: a folder, or a URL such as s3://copy/of-it [default: the bucket]
    #[arg(long, value_name = "FOLDER")]
    location: Option<String>,

    /// How rows are written
    #[arg(long, value_enum, default_value_t)]
    output: Output,

    /// DuckDB's program
    #[arg(long, value_name = "PATH", default_value = "duckdb")]
    duckdb: PathBuf,

    /// The query, in DuckDB's SQL [default: all rows as they are now; without --key all that was written]
    sql: Option<String>,
}

const EXAMPLES: &str = "Examples:
  landfall query --topic shop.orders --file orders.avsc --env S3_BUCKET_NAME=lake --env DEBEZIUM_UNWRAP=after \\
      --env STORE_KAFKA_METADATA=columns --key id
  landfall query --topic orders --subject orders-value --env S3_BUCKET_NAME=lake \\
      --env SCHEMA_REGISTRY_URL=http://localhost:8081 --location landfall-objects/lake --output csv \\
      'SELECT count(*) FROM orders'";

/// The variables that DuckDB asks S3 with.
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Output {
    /// A table for people, with all rows
    #[default]
    Table,
    /// An array of objects
    Json,
    /// An object per line
    Jsonlines,
    /// Values with commas between, below a line of names
    Csv,
}

impl Query {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let records = self.records.read().await?;
        let topic = records.topic();
        let name = self.table.clone().unwrap_or_else(|| catalog::table_name(topic.name));
        let location = location(self.location.as_deref(), topic.bucket)?;
        let table = catalog::describe_for_duckdb(
            &topic,
            DuckDbName { schema: None, table: name.clone() },
            &location,
        )?;
        let mut views = vec![table.view()];
        if !self.key.is_empty() {
            views.push(table.current_view(&self.key)?);
        }
        let credentials: Vec<(&str, OsString)> =
            CREDENTIALS.iter().filter_map(|name| Some((*name, self.records.variable(name)?))).collect();
        let s3 = &records.settings.s3;
        let secret = Secret {
            region: &s3.region,
            endpoint: s3.endpoint.as_deref(),
            is_path_style: s3.path_style,
            variables: credentials.iter().map(|(name, _)| *name).collect(),
        };
        let script = Script {
            secret: location.starts_with("s3://").then_some(secret),
            views: &views,
            mode: self.output.mode(),
            query: self.sql.as_deref(),
            table: &name,
        };
        let child = self.start(&credentials)?;
        answer(child, &script.to_string()).await
    }

    /// Starts DuckDB, which knows nothing yet: what is secret must not stand among its arguments.
    fn start(&self, credentials: &[(&str, OsString)]) -> anyhow::Result<Child> {
        let mut line = Command::new(&self.duckdb);
        // Neither what the person's own start-up file says, nor another statement after one that failed.
        line.args(["-no-init", "-batch", "-bail"])
            .envs(credentials.iter().map(|(name, value)| (name, value)));
        line.stdin(Stdio::piped()).spawn().with_context(|| {
            format!(
                "cannot run {}, DuckDB's program: expected it on the PATH or at --duckdb (see \
                 https://duckdb.org/install, or pip install duckdb-cli); `landfall schema --dialect duckdb` prints \
                 its views for a DuckDB elsewhere",
                self.duckdb.display()
            )
        })
    }
}

impl Output {
    /// The word that DuckDB has for it.
    fn mode(self) -> &'static str {
        match self {
            Self::Table => "box",
            Self::Json => "json",
            Self::Jsonlines => "jsonlines",
            Self::Csv => "csv",
        }
    }
}

/// Has DuckDB write its answer to our own standard output.
async fn answer(mut child: Child, script: &str) -> anyhow::Result<ExitCode> {
    let mut stdin = child.stdin.take().context("DuckDB's standard input is no pipe")?;
    match stdin.write_all(script.as_bytes()).await {
        // It has failed; its status says so too.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written.context("cannot hand the query to DuckDB")?,
    }
    drop(stdin);
    let status = child.wait().await.context("cannot wait for DuckDB")?;
    if !status.success() {
        bail!("DuckDB could not answer, and has said why ({status})");
    }
    Ok(ExitCode::SUCCESS)
}
