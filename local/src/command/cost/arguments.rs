//! The workload, as flags under the mapping's and Connect's names.

use clap::{Args, ValueEnum};
use local::cost::{self, Draft, Function};

/// What is to be brought to S3, and how.
#[derive(Args)]
pub(crate) struct WorkloadArguments {
    /// Records of the topic in a second; several, separated by commas, are compared
    #[arg(long, value_name = "NUMBER", value_delimiter = ',', group = "rate")]
    records_per_second: Vec<f64>,

    /// MB of values in a second, instead; several, separated by commas, are compared [default: 1]
    #[arg(long, value_name = "NUMBER", value_delimiter = ',', group = "rate")]
    megabytes_per_second: Vec<f64>,

    /// Bytes of a value
    #[arg(long, value_name = "BYTES", default_value_t = 1000.0)]
    record_bytes: f64,

    /// Bytes of a key; 0 where there is none
    #[arg(long, value_name = "BYTES", default_value_t = 16.0)]
    key_bytes: f64,

    /// Partitions of the topic
    #[arg(long, value_name = "NUMBER", default_value_t = 6)]
    partitions: u32,

    /// Event pollers that share the partitions; unset: as many as the rate needs, at 5 MB/s each
    #[arg(long, value_name = "NUMBER")]
    pollers: Option<u32>,

    /// BatchSize of the mapping
    #[arg(long, value_name = "RECORDS", default_value_t = 10_000)]
    batch_size: u32,

    /// MaximumBatchingWindowInSeconds of the mapping
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    maximum_batching_window_in_seconds: f64,

    /// Paths that the records of one partition have in one batch: 2 where batches span hours
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    paths: u32,

    /// flush.size: most records of an object; unset: one object per path and batch
    #[arg(long, value_name = "RECORDS")]
    flush_size: Option<u32>,

    /// What is written; Parquet is reckoned by gzip
    #[arg(long, value_enum, default_value_t = Format::JsonLines)]
    format: Format,

    /// Bytes of values for one byte in S3; unset: 1, or as measured by `make bench` where it is compressed
    #[arg(long, value_name = "RATIO")]
    compression_ratio: Option<f64>,

    /// MemorySize of the function, in MB
    #[arg(long, value_name = "MB", default_value_t = 512)]
    memory_size: u32,

    /// CPU time of the function for one MB of values, on one vCPU; unset: as measured by `make bench`
    #[arg(long, value_name = "MILLISECONDS")]
    cpu_ms_per_mb: Option<f64>,

    /// How long one PUT takes; unset: 50, which is a guess
    #[arg(long, value_name = "MILLISECONDS")]
    put_ms: Option<f64>,

    /// s3.put.concurrency
    #[arg(long, value_name = "REQUESTS", default_value_t = 64)]
    put_concurrency: u32,

    /// What pollers in on-demand mode reach Lambda and STS through
    #[arg(long, value_enum, default_value_t = Network::Endpoints)]
    network: Network,

    /// Zones of that network
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    zones: u32,

    /// Mappings that share the event poller units (PollerGroupName), this one included
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    poller_group_size: u32,

    /// Invocations out of a thousand that come again
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0)]
    redelivered_per_mille: f64,

    /// Months that objects are kept in S3 Standard; 0 leaves storage out
    #[arg(long, value_name = "MONTHS", default_value_t = 0.0)]
    months_kept: f64,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    JsonLines,
    JsonLinesGzip,
    Parquet,
}

/// What pollers reach Lambda through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Network {
    /// Interface endpoints for lambda and sts.
    Endpoints,
    /// A NAT gateway in each zone.
    Nat,
    /// Nothing that this topic pays for, such as the way to a self-managed Kafka over the internet.
    None,
}

impl WorkloadArguments {
    /// The rates that are compared, in records per second.
    pub(crate) fn rates(&self) -> Vec<f64> {
        if !self.records_per_second.is_empty() {
            return self.records_per_second.clone();
        }
        let megabytes: &[f64] =
            if self.megabytes_per_second.is_empty() { &[1.0] } else { &self.megabytes_per_second };
        megabytes.iter().map(|megabytes| megabytes * 1e6 / self.record_bytes).collect()
    }

    /// What was asked for, at one rate.
    pub(crate) fn draft(&self, records_per_second: f64) -> Draft {
        Draft {
            records_per_second,
            record_bytes: self.record_bytes,
            key_bytes: self.key_bytes,
            partitions: self.partitions,
            pollers: self.pollers,
            batch_size: self.batch_size,
            window_seconds: self.maximum_batching_window_in_seconds,
            paths: self.paths,
            flush_size: self.flush_size,
            format: match self.format {
                Format::JsonLines => cost::Format::JsonLines,
                Format::JsonLinesGzip => cost::Format::JsonLinesGzip,
                Format::Parquet => cost::Format::Parquet,
            },
            compression_ratio: self.compression_ratio,
            function: Function {
                memory_megabytes: self.memory_size,
                cpu_milliseconds_per_megabyte: self.cpu_ms_per_mb,
                put_milliseconds: self.put_ms,
                put_concurrency: self.put_concurrency,
            },
            network: match self.network {
                Network::Endpoints => cost::Network::Endpoints,
                Network::Nat => cost::Network::Nat,
                Network::None => cost::Network::None,
            },
            zones: self.zones,
            poller_group_size: self.poller_group_size,
            redelivered_per_mille: self.redelivered_per_mille,
            months_kept: self.months_kept,
        }
    }
}
