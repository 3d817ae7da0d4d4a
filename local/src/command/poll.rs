//! `landfall poll`.

use super::function::{FunctionArguments, SetUp, seconds, set_up};
use super::kafka::KafkaArguments;
use super::terminal::{count, note, say};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use local::kafka::StartingPosition;
use local::lambda::Environment;
use local::poll::{Mapping, Notice, run};
use record::Source;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Be an event source mapping: hand the records of a topic to a function
///
/// Batches are built, retried and committed as Lambda's mapping for Kafka does; a batch is committed only
/// after the function has succeeded. Ctrl-C and SIGTERM wait for the invocation in flight, commit, and end.
#[derive(Args)]
pub(crate) struct Poll {
    /// The topic
    #[arg(long)]
    topic: String,

    /// The function: a name beside this command, such as json-sink, or the path of a binary
    #[arg(long)]
    function: String,

    /// The consumer group
    #[arg(long, default_value = "landfall")]
    group: String,

    /// Most records of an event
    #[arg(long, value_name = "RECORDS", default_value_t = Mapping::DEFAULT_BATCH_SIZE as u16,
          value_parser = clap::value_parser!(u16).range(1..=Mapping::MAX_BATCH_SIZE as i64))]
    batch_size: u16,

    /// How long the first record of an event waits for others; a mapping that says nothing waits 0.5 s
    #[arg(long, value_name = "SECONDS", value_parser = window)]
    maximum_batching_window_in_seconds: Option<Duration>,

    /// Where to begin in a partition that the group has not committed yet
    #[arg(long, value_enum, default_value = "TRIM_HORIZON")]
    starting_position: Position,

    /// How often a failed batch is tried again before the command gives up; otherwise for ever
    ///
    /// Lambda would discard the batch then. This command ends with exit code 1 and commits nothing of it.
    #[arg(long, value_name = "RETRIES")]
    maximum_retry_attempts: Option<u32>,

    /// What of the function's answer is read; without this any answer is success, as for Lambda
    #[arg(long, value_enum, value_name = "TYPE")]
    function_response_types: Option<ResponseType>,

    /// Send events of Amazon MSK that come from this cluster, instead of a self-managed one's
    #[arg(long, value_name = "ARN")]
    event_source_arn: Option<String>,

    /// End with exit code 0 as soon as the function has all records that the topic has
    #[arg(long)]
    until_caught_up: bool,

    /// Keep the objects in this folder
    #[arg(long, value_name = "FOLDER", default_value = "landfall-objects", conflicts_with = "endpoint_url")]
    dir: PathBuf,

    #[command(flatten)]
    arguments: FunctionArguments,

    #[command(flatten)]
    kafka: KafkaArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum Position {
    /// The oldest record
    #[value(name = "TRIM_HORIZON")]
    TrimHorizon,
    /// What comes from now on
    #[value(name = "LATEST")]
    Latest,
}

#[derive(Clone, Copy, ValueEnum)]
enum ResponseType {
    /// The records that failed, by topic-partition and offset
    #[value(name = "ReportBatchItemFailures")]
    ReportBatchItemFailures,
}

impl Poll {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mapping = self.mapping()?;
        let stop = stop_signal()?;
        let SetUp { function, s3, registry: _registry } =
            set_up(&self.function, &self.arguments, &self.dir).await?;
        let environment = Environment::start(function).await?;
        let target = match (&s3, &self.arguments.endpoint_url) {
            (Some(s3), _) => s3.root().display().to_string(),
            (None, url) => url.clone().unwrap_or_default(),
        };
        note(format_args!("Polling {} for {}; objects go to {target}", self.topic, self.function));
        let summary = run(&mapping, &environment, &watch, stop).await;
        environment.stop().await;
        let summary = summary?;
        say(format_args!(
            "{} records delivered in {} invocations, {} of which failed",
            count(summary.records),
            count(summary.invocations),
            count(summary.failures)
        ))?;
        Ok(ExitCode::SUCCESS)
    }

    fn mapping(&self) -> anyhow::Result<Mapping> {
        let servers = self.kafka.bootstrap_server.as_deref().context("--bootstrap-server is needed")?;
        let source = match &self.event_source_arn {
            Some(arn) => Source::Msk { cluster_arn: Some(arn.clone()) },
            None => Source::SelfManaged,
        };
        let window = self.maximum_batching_window_in_seconds;
        Ok(Mapping {
            source,
            batch_size: self.batch_size.into(),
            maximum_batching_window: window.unwrap_or(Mapping::DEFAULT_BATCHING_WINDOW),
            starting_position: match self.starting_position {
                Position::TrimHorizon => StartingPosition::TrimHorizon,
                Position::Latest => StartingPosition::Latest,
            },
            maximum_retry_attempts: self.maximum_retry_attempts,
            report_batch_item_failures: self.function_response_types.is_some(),
            until_caught_up: self.until_caught_up,
            properties: self.kafka.properties()?,
            ..Mapping::new(servers, &self.topic, &self.group)
        })
    }
}

fn watch(notice: Notice<'_>) {
    match notice {
        Notice::Delivered { records, event_bytes, attempts, elapsed } => {
            let elapsed_ms = elapsed.as_millis();
            tracing::info!(records, event_bytes, attempts, elapsed_ms, "batch delivered");
        }
        Notice::Failed { failure, attempts, retry_in } => {
            let (error, retry_in_ms) = (pipeline::chain(failure), retry_in.as_millis());
            tracing::warn!(%error, attempts, retry_in_ms, "batch failed");
        }
        Notice::Assigned(partitions) => tracing::info!(?partitions, "partitions assigned"),
        Notice::Revoked(partitions) => tracing::info!(?partitions, "partitions revoked"),
        _ => {}
    }
}

/// Ends with Ctrl-C or SIGTERM.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        note("Stopping after the invocation in flight");
    })
}

fn window(argument: &str) -> Result<Duration, &'static str> {
    let window = if argument == "0" { Ok(Duration::ZERO) } else { seconds(argument) };
    window.ok().filter(|window| *window <= Mapping::MAX_BATCHING_WINDOW).ok_or("expected 0 to 300 seconds")
}
