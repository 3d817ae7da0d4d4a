//! What is to be brought to S3, and how.

use super::{HOURS_PER_MONTH, Name, Prices};
use crate::lambda::MAX_PAYLOAD_BYTES;
use serde::Serialize;
use std::fmt;
use thiserror::Error;

/// Longest that a function behind a Kafka mapping may run, in seconds.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html>
const MAX_FUNCTION_SECONDS: f64 = 14.0 * 60.0;

/// What somebody asked for; every combination can be written down, not every one makes sense.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    /// Records of the topic in a second.
    pub records_per_second: f64,
    /// Bytes of a value.
    pub record_bytes: f64,
    /// Bytes of a key; 0 where there is none.
    pub key_bytes: f64,
    /// Partitions of the topic.
    pub partitions: u32,
    /// Event pollers that share the partitions; none: as many as the rate needs.
    pub pollers: Option<u32>,
    /// `BatchSize` of the mapping.
    pub batch_size: u32,
    /// `MaximumBatchingWindowInSeconds` of the mapping; Lambda's own default is half a second.
    pub window_seconds: f64,
    /// How many paths the records of one partition in one batch have: two where batches span hours.
    pub paths: u32,
    /// `flush.size`.
    pub flush_size: Option<u32>,
    /// What is written.
    pub format: Format,
    /// Bytes of values for one byte in S3; none: as measured for the format.
    pub compression_ratio: Option<f64>,
    /// The function.
    pub function: Function,
    /// What an on-demand mapping reaches Lambda through.
    pub network: Network,
    /// Zones that the network stands in.
    pub zones: u32,
    /// How many mappings share the event poller units (`PollerGroupName`), this one included.
    pub poller_group_size: u32,
    /// Invocations out of a thousand that come again.
    pub redelivered_per_mille: f64,
    /// Months that the objects are kept; 0 leaves storage out.
    pub months_kept: f64,
}

/// A function's memory, and what it needs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Function {
    /// `MemorySize`.
    pub memory_megabytes: u32,
    /// Milliseconds of CPU for one MB of values on one vCPU; none: as measured for the format.
    pub cpu_milliseconds_per_megabyte: Option<f64>,
    /// Milliseconds of one PUT; none: as the price list assumes.
    pub put_milliseconds: Option<f64>,
    /// `S3_PUT_CONCURRENCY`.
    pub put_concurrency: u32,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// JSON Lines.
    JsonLines,
    /// JSON Lines by gzip 6.
    JsonLinesGzip,
    /// Parquet by gzip.
    Parquet,
}

/// Scaling mode of a Kafka mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Lambda scales, and the mapping needs a way from the cluster's VPC to Lambda.
    OnDemand,
    /// Event poller units are paid by the hour.
    Provisioned,
}

/// How pollers of an on-demand mapping reach Lambda and STS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// Interface endpoints for lambda and sts.
    Endpoints,
    /// NAT gateways.
    Nat,
    /// What is there is paid by somebody else.
    None,
}

/// A [`Draft`] that makes sense, with nothing left to guess.
#[derive(Debug, Clone)]
pub struct Workload {
    pub(super) draft: Draft,
    pub(super) pollers: f64,
    pub(super) compression_ratio: f64,
    pub(super) cpu_milliseconds_per_megabyte: f64,
    pub(super) put_milliseconds: f64,
    /// The numbers of the price list that the function's duration rests on.
    pub(super) duration_rests_on: Vec<Name>,
}

/// What is wrong with a draft; all of it.
#[derive(Debug, Error)]
pub struct WorkloadError(pub Vec<Problem>);

/// One thing that is wrong with a draft.
#[derive(Debug, Error, PartialEq)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Problem {
    #[error("{what} is {value}, expected {expected}")]
    Range { what: &'static str, value: f64, expected: &'static str },
    #[error("a value of {0} bytes makes an event of more than 6 MB, which Lambda can't deliver")]
    RecordTooLarge(f64),
    #[error("{pollers} pollers can't share {partitions} partitions: each takes whole partitions")]
    Pollers { pollers: u32, partitions: u32 },
    #[error(
        "an invocation takes {0:.0} seconds, and a Kafka mapping waits for 840: give more memory or a smaller batch"
    )]
    TooSlow(f64),
}

impl Workload {
    /// Checks a draft, and fills in what it leaves to us.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn new(draft: Draft, prices: &Prices) -> Result<Self, WorkloadError> {
        let mut problems: Vec<Problem> = ranges(&draft).into_iter().flatten().collect();
        if !problems.is_empty() {
            return Err(WorkloadError(problems));
        }
        if let Some(pollers) = draft.pollers.filter(|pollers| *pollers > draft.partitions) {
            problems.push(Problem::Pollers { pollers, partitions: draft.partitions });
        }
        let workload = Self::filled_in(draft, prices);
        if workload.event_bytes_per_record(prices) > MAX_PAYLOAD_BYTES as f64 {
            problems.push(Problem::RecordTooLarge(workload.draft.record_bytes));
        } else {
            let seconds = workload.batches(prices).seconds;
            if seconds > MAX_FUNCTION_SECONDS {
                problems.push(Problem::TooSlow(seconds));
            }
        }
        if problems.is_empty() { Ok(workload) } else { Err(WorkloadError(problems)) }
    }

    fn filled_in(draft: Draft, prices: &Prices) -> Self {
        let (cpu, ratio) = match draft.format {
            Format::JsonLines => (Name::JsonLinesCpuMilliseconds, 1.0),
            Format::JsonLinesGzip => {
                (Name::JsonLinesGzipCpuMilliseconds, prices.get(Name::JsonLinesGzipRatio))
            }
            Format::Parquet => (Name::ParquetCpuMilliseconds, prices.get(Name::ParquetRatio)),
        };
        let mut duration_rests_on = vec![Name::VcpuMegabytes, Name::PutCpuMilliseconds];
        let mut or_listed = |given: Option<f64>, name| {
            given.unwrap_or_else(|| {
                duration_rests_on.push(name);
                prices.get(name)
            })
        };
        let cpu_milliseconds_per_megabyte = or_listed(draft.function.cpu_milliseconds_per_megabyte, cpu);
        let put_milliseconds = or_listed(draft.function.put_milliseconds, Name::PutMilliseconds);
        let megabytes_per_second = draft.records_per_second * draft.record_bytes / 1e6;
        let needed = (megabytes_per_second / prices.get(Name::PollerMegabytesPerSecond)).ceil().max(1.0);
        let pollers = draft.pollers.map_or(needed.min(f64::from(draft.partitions)), f64::from);
        let compression_ratio = draft.compression_ratio.unwrap_or(ratio);
        Self {
            draft,
            pollers,
            compression_ratio,
            cpu_milliseconds_per_megabyte,
            put_milliseconds,
            duration_rests_on,
        }
    }

    /// What was asked for.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Event pollers that share the partitions.
    pub fn pollers(&self) -> f64 {
        self.pollers
    }

    /// Bytes of values for one byte in S3.
    pub fn compression_ratio(&self) -> f64 {
        self.compression_ratio
    }

    /// MB of values in a second.
    pub fn megabytes_per_second(&self) -> f64 {
        self.draft.records_per_second * self.draft.record_bytes / 1e6
    }

    /// Bytes of values in a month.
    pub fn bytes_per_month(&self) -> f64 {
        self.draft.records_per_second * self.draft.record_bytes * HOURS_PER_MONTH * 3600.0
    }

    /// Bytes of the event's JSON for one record: key and value in base64, and what stands around them.
    pub fn event_bytes_per_record(&self, prices: &Prices) -> f64 {
        let base64 = |bytes: f64| (bytes / 3.0).ceil() * 4.0;
        base64(self.draft.record_bytes) + base64(self.draft.key_bytes) + prices.get(Name::EventRecordBytes)
    }
}

/// Each number that is none of those that make sense by itself.
fn ranges(draft: &Draft) -> [Option<Problem>; 14] {
    let Draft { function, .. } = draft;
    let check = |what, value: f64, is_right: bool, expected| {
        (!is_right).then_some(Problem::Range { what, value, expected })
    };
    let above_zero =
        |what, value: f64| check(what, value, value.is_finite() && value > 0.0, "a number above 0");
    let at_least_zero = |what, value: f64| check(what, value, value.is_finite() && value >= 0.0, "0 or more");
    let at_least_one = |what, value: u32| check(what, f64::from(value), value >= 1, "1 or more");
    let (batch, memory) = (f64::from(draft.batch_size), f64::from(function.memory_megabytes));
    let thousand = draft.redelivered_per_mille;
    [
        above_zero("the rate", draft.records_per_second),
        above_zero("the size of a value", draft.record_bytes),
        at_least_zero("the size of a key", draft.key_bytes),
        at_least_one("the number of partitions", draft.partitions),
        at_least_one("the number of pollers", draft.pollers.unwrap_or(1)),
        check("BatchSize", batch, (1.0..=10_000.0).contains(&batch), "1 to 10000"),
        check(
            "MaximumBatchingWindowInSeconds",
            draft.window_seconds,
            (0.0..=300.0).contains(&draft.window_seconds),
            "0 to 300",
        ),
        at_least_one("the number of paths", draft.paths),
        at_least_one("flush.size", draft.flush_size.unwrap_or(1)),
        above_zero("the compression ratio", draft.compression_ratio.unwrap_or(1.0)),
        check("MemorySize", memory, (128.0..=10_240.0).contains(&memory), "128 to 10240"),
        at_least_one("the size of the poller group", draft.poller_group_size),
        check(
            "the share of invocations that come again",
            thousand,
            (0.0..=1000.0).contains(&thousand),
            "0 to 1000 of a thousand",
        ),
        at_least_zero("the number of months that objects are kept", draft.months_kept),
    ]
}

impl fmt::Display for WorkloadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}{problem}")?;
        }
        Ok(())
    }
}
