//! Measures what README quotes: each thing next to what it is compared with, in one run.
//!
//! Machines are noisy and differ, so the goals are ratios. Variants run in turns, round by round; a figure is the
//! median over the rounds, a ratio the median of the rounds' ratios. Time is CPU time of the one thread that works.

mod columns;
mod events;
mod handling;
mod measure;

mod parsing;
mod peer;
mod report;

use clap::{Parser, ValueEnum};
use report::Report;
use std::process::ExitCode;

/// Measures event parsing and whole handlers, side by side with what bounds them and with plain Python handlers.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    /// How often each variant is measured.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Measure this part alone.
    #[arg(long)]
    only: Option<Part>,
    /// End with exit code 1 when a goal is missed.
    #[arg(long)]
    check: bool,
}

/// What there is to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The event's parser.
    Parsing,
    /// json-sink's handler, plain and gzip.
    Json,
    /// parquet-sink's handler, for CDC and flat records in Avro.
    Parquet,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut report = Report::new(std::io::stdout());
    let is_wanted = |part| arguments.only.is_none_or(|only| only == part);
    if is_wanted(Part::Parsing) {
        parsing::measure(arguments.rounds, &mut report)?;
    }
    if is_wanted(Part::Json) {
        handling::measure(arguments.rounds, &mut report)?;
    }
    if is_wanted(Part::Parquet) {
        columns::measure(arguments.rounds, &mut report)?;
    }
    let misses = report.finish()?;
    Ok(ExitCode::from(u8::from(arguments.check && misses > 0)))
}
