//! The command `landfall`: run the functions on this computer.

mod command;

use clap::{ArgAction, Parser, Subcommand};
use std::io::{self, ErrorKind};
use std::process::ExitCode;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Kafka records to S3 objects, exactly once: run landfall's Lambda functions on this computer.
///
/// Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrong usage.
#[derive(Parser)]
#[command(name = "landfall", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Say more about what happens inside; -vv says all, also what Kafka's client does.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    Audit(command::audit::Audit),
    Cost(command::cost::Cost),
    Demo(command::demo::Demo),
    Invoke(command::invoke::Invoke),
    // Much larger than the others.
    Poll(Box<command::poll::Poll>),
    Query(Box<command::query::Query>),
    Replay(command::replay::Replay),
    Schema(command::schema::Schema),
    Settings(command::settings::Settings),
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log(arguments.verbose);
    let done = match arguments.command {
        Command::Audit(audit) => audit.run().await,
        Command::Cost(cost) => cost.run(),
        Command::Demo(demo) => demo.run().await,
        Command::Invoke(invoke) => invoke.run().await,
        Command::Poll(poll) => poll.run().await,
        Command::Query(query) => query.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::Schema(schema) => schema.run().await,
        Command::Settings(settings) => settings.run(),
    };
    match done {
        Ok(code) => code,
        // Who reads our output has seen enough: `landfall settings | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            command::terminal::complain(&pipeline::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn log(verbose: u8) {
    let (ours, librdkafka) = match verbose {
        0 => (LevelFilter::WARN, LevelFilter::OFF),
        1 => (LevelFilter::INFO, LevelFilter::INFO),
        _ => (LevelFilter::DEBUG, LevelFilter::DEBUG),
    };
    let targets = Targets::new()
        .with_target("local", ours)
        .with_target("landfall", ours)
        .with_target(command::terminal::NEWS, LevelFilter::INFO)
        .with_target("librdkafka", librdkafka);
    // The S3 protocol crate logs every 412 as an error: here they are the ordinary case.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| command::terminal::AboveBottom)
        .with_ansi(false)
        .with_filter(targets);
    tracing_subscriber::registry().with(lines).init();
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.root_cause().downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
