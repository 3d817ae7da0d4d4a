//! A number that the arithmetic rests on, and what it rests on itself.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! names {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Which number it is; a price list has each of them once for us-east-1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
        #[allow(missing_docs, reason = "prices.toml says what each of them is")]
        pub enum Name { $(#[serde(rename = $text)] $name),* }

        impl Name {
            /// All of them, in the order of the price list.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As the price list calls it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }

        impl fmt::Display for Name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

names! {
    LambdaGbSecond = "lambda-gb-second",
    LambdaRequest = "lambda-request",
    LambdaEventPollerUnitHour = "lambda-event-poller-unit-hour",
    PollerMegabytesPerSecond = "poller-megabytes-per-second",
    EventPollerUnitMegabytesPerSecond = "event-poller-unit-megabytes-per-second",
    EventPollerUnitPollers = "event-poller-unit-pollers",
    EventRecordBytes = "event-record-bytes",
    InterfaceEndpointHour = "interface-endpoint-hour",
    InterfaceEndpointGb = "interface-endpoint-gb",
    NatGatewayHour = "nat-gateway-hour",
    NatGatewayGb = "nat-gateway-gb",
    EventShareThroughNetwork = "event-share-through-network",
    S3Put = "s3-put",
    S3Head = "s3-head",
    S3GbMonth = "s3-gb-month",
    KmsRequest = "kms-request",
    KmsRequestsPerPut = "kms-requests-per-put",
    LogsGb = "logs-gb",
    LogBytesPerInvocation = "log-bytes-per-invocation",
    MetricMonth = "metric-month",
    Metrics = "metrics",
    VcpuMegabytes = "vcpu-megabytes",
    PutMilliseconds = "put-milliseconds",
    PutCpuMilliseconds = "put-cpu-milliseconds",
    JsonLinesCpuMilliseconds = "json-lines-cpu-milliseconds",
    JsonLinesGzipCpuMilliseconds = "json-lines-gzip-cpu-milliseconds",
    ParquetCpuMilliseconds = "parquet-cpu-milliseconds",
    JsonLinesGzipRatio = "json-lines-gzip-ratio",
    ParquetRatio = "parquet-ratio",
    MskConnectMcuHour = "msk-connect-mcu-hour",
    MskConnectMcuMegabytesPerSecond = "msk-connect-mcu-megabytes-per-second",
    ConnectPartBytes = "connect-part-bytes",
    ConnectObjectSeconds = "connect-object-seconds",
    FirehoseGb = "firehose-gb",
    FirehoseConversionGb = "firehose-conversion-gb",
    FirehoseObjectMegabytes = "firehose-object-megabytes",
    FirehoseObjectSeconds = "firehose-object-seconds",
    MskDeliveryS3Tb = "msk-delivery-s3-tb",
    MskDeliveryIcebergTb = "msk-delivery-iceberg-tb",
    MskDeliveryObjectSeconds = "msk-delivery-object-seconds",
    ConfluentCloudGb = "confluent-cloud-gb",
}

/// How far a number can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Read in the vendor's documentation.
    Documented,
    /// By `make bench`, or counted in what the functions write.
    Measured,
    /// The vendor's list price, read in publications of others.
    Secondary,
    /// Nobody publishes it.
    Assumed,
    /// Remembered, found nowhere.
    Unconfirmed,
}

/// A number of the price list.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which one.
    pub name: Name,
    /// The region that it is of.
    pub region: String,
    /// The number: US dollars where it is a price.
    pub value: f64,
    /// Whether it is a price.
    pub is_price: bool,
    /// What one unit of it is.
    pub per: String,
    /// How far it can be relied on.
    pub standing: Standing,
    /// When it was read.
    pub date: String,
    /// Where it was read.
    pub source: String,
}

impl Figure {
    /// Whether somebody should check it before relying on it.
    pub fn is_doubtful(&self) -> bool {
        matches!(self.standing, Standing::Assumed | Standing::Unconfirmed)
    }
}
