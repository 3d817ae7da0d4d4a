//! `landfall poll`.

mod arguments;
mod bucket;
mod tally;
mod view;

use super::function::{FunctionArguments, SetUp, set_up};
use super::kafka::KafkaArguments;
use super::terminal::{count, note, say};
use anyhow::{Context as _, bail};
use arguments::MappingArguments;
use bucket::BucketDestination;
use clap::Args;
use local::poll::{Destination, Mapping, Polling, Summary};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{SignalKind, signal};
use view::View;

/// Be an event source mapping: hand the records of a topic to a function
///
/// Batches are built, retried, split, given up and committed as Lambda's mapping for Kafka does; a batch is
/// committed only after the function has succeeded, or after it is kept as given up. Ctrl-C and SIGTERM wait for
/// the invocations in flight, commit, and end.
#[derive(Args)]
pub(crate) struct Poll {
    /// The function: a name beside this command, such as json-sink, or the path of a binary
    #[arg(long)]
    function: String,

    /// End with exit code 0 as soon as the function has all records that the topic has
    #[arg(long)]
    until_caught_up: bool,

    /// Says with which limits failed batches come again; otherwise it is drawn, and told
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Keep the objects in this folder
    #[arg(long, value_name = "FOLDER", default_value = "landfall-objects", conflicts_with = "endpoint_url")]
    dir: PathBuf,

    #[command(flatten)]
    arguments: FunctionArguments,

    #[command(flatten)]
    mapping: MappingArguments,

    #[command(flatten)]
    kafka: KafkaArguments,
}

impl Poll {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let mapping = self.mapping()?;
        let stop = stop_signal()?;
        let SetUp { function, s3, registry: _registry } =
            set_up(&self.function, &self.arguments, &self.dir).await?;
        let target = match (&s3, &self.arguments.endpoint_url) {
            (Some(s3), _) => s3.root().display().to_string(),
            (None, url) => url.clone().unwrap_or_default(),
        };
        let destination = match &mapping.on_failure {
            Some(on_failure) => {
                if let Some(s3) = &s3 {
                    s3.create_bucket(&on_failure.bucket)?;
                }
                Some(BucketDestination::new(&on_failure.bucket, &function)?)
            }
            None => None,
        };
        let seed = self.seed.unwrap_or_else(clock);
        note(format_args!(
            "Polling {} for {}; objects go to {target}; retries are cut by --seed {seed}",
            mapping.topic, self.function
        ));
        let view = View::new(&mapping);
        let polling = Polling {
            mapping: &mapping,
            functions: &function,
            destination: destination.as_ref().map(|destination| destination as &dyn Destination),
            watch: &|notice| view.watch(&notice),
            seed,
        };
        let summary = tokio::select! {
            summary = polling.run(stop) => summary,
            () = view.keep_up() => unreachable!("a view keeps up until it is dropped"),
        };
        view.close();
        let summary = summary?;
        say(words(&summary))?;
        if summary.discarded > 0 {
            let discarded = count(summary.discarded);
            bail!("{discarded} records were discarded, for the mapping has no --on-failure destination");
        }
        Ok(ExitCode::SUCCESS)
    }

    fn mapping(&self) -> anyhow::Result<Mapping> {
        let servers = self.kafka.bootstrap_server.as_deref().context("--bootstrap-server is needed")?;
        Ok(Mapping {
            until_caught_up: self.until_caught_up,
            properties: self.kafka.properties()?,
            ..self.mapping.mapping(servers)?
        })
    }
}

/// What was done, in a sentence.
fn words(summary: &Summary) -> String {
    let Summary { invocations, failures, records, filtered, given_up, discarded, .. } = *summary;
    let mut text = format!(
        "{} records delivered in {} invocations, {} of which failed",
        count(records),
        count(invocations),
        count(failures)
    );
    for (number, what) in
        [(filtered, "filtered out"), (given_up, "given up and kept"), (discarded, "discarded")]
    {
        if number > 0 {
            // A String takes all that is written.
            let _ = write!(text, "; {} {what}", count(number));
        }
    }
    text
}

/// A number that is another one every time.
fn clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // The part of the number that a person can type.
    u64::try_from(now.as_millis()).unwrap_or_default() % 1_000_000_000
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
        note("Stopping after the invocations in flight");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_is_not_told() {
        let summary = Summary { invocations: 2, records: 1200, ..Summary::default() };
        assert_eq!(words(&summary), "1,200 records delivered in 2 invocations, 0 of which failed");
        let summary = Summary { failures: 1, filtered: 3, given_up: 2, ..summary };
        let expected = "1,200 records delivered in 2 invocations, 1 of which failed; 3 filtered out; 2 given up and kept";
        assert_eq!(words(&summary), expected);
    }
}
