//! `landfall cost`.

mod arguments;
mod document;
mod figures;
mod table;

use anyhow::Context as _;
use arguments::WorkloadArguments;
use clap::{Args, ValueEnum};
use local::cost::{Offer, PriceList, Prices, Workload, compare};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use table::Style;

/// Reckon what it costs to bring a topic to S3, by landfall and by others
///
/// List prices of AWS, for a steady rate and a mapping that has caught up; a TB is 10¹² bytes of values.
/// In the output, ? stands behind an amount that rests on a price or a guess that somebody should check first.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Cost {
    #[command(flatten)]
    workload: WorkloadArguments,

    /// Whose parts are listed; unset: those of the cheaper mode
    #[arg(long, value_enum)]
    mode: Option<Mode>,

    /// The region whose prices are taken; what the price list lacks is that of us-east-1
    #[arg(long, default_value = "us-east-1")]
    region: String,

    /// Another price list, such as one with the prices of your contract; `--list-prices` shows the built-in one
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,

    /// List the prices and assumptions, with their sources, and reckon nothing
    #[arg(long, conflicts_with = "markdown")]
    list_prices: bool,

    /// Write JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,

    /// Write a Markdown table
    #[arg(long)]
    markdown: bool,
}

/// What a workload costs.
struct Estimate {
    workload: Workload,
    /// landfall's two modes first.
    offers: Vec<Offer>,
}

/// Scaling mode of the mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Lambda scales; the mapping needs a way from the cluster's VPC to Lambda.
    OnDemand,
    /// Event poller units are paid by the hour.
    Provisioned,
}

const EXAMPLES: &str = "Examples:
  landfall cost --megabytes-per-second 2 --record-bytes 500 --partitions 12
  landfall cost --records-per-second 50 --partitions 1 --flush-size 1 --mode on-demand
  landfall cost --megabytes-per-second 0.1,1,10 --format parquet --memory-size 1024 --markdown";

impl Cost {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let list = match &self.prices {
            None => PriceList::built_in(),
            Some(path) => {
                let text =
                    fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
                PriceList::parse(&text).with_context(|| format!("{} is no price list", path.display()))?
            }
        };
        let prices = list.in_region(&self.region)?;
        match (self.list_prices, self.json) {
            (true, true) => document::write_figures(&prices)?,
            (true, false) => figures::list(&prices)?,
            (false, true) => document::write(&self.estimates(&prices)?, &prices)?,
            (false, false) => {
                let style = if self.markdown { Style::Markdown } else { Style::Columns };
                table::write(&self.estimates(&prices)?, self.mode, &prices, style)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn estimates(&self, prices: &Prices) -> anyhow::Result<Vec<Estimate>> {
        let rates = self.workload.rates();
        rates
            .into_iter()
            .map(|rate| {
                let workload = Workload::new(self.workload.draft(rate), prices)?;
                Ok(Estimate { offers: compare(&workload, prices), workload })
            })
            .collect()
    }
}
