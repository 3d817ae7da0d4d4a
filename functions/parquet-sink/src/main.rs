//! A Lambda function: Kafka records with a schema to S3 as Parquet.
//!
//! What it does is in `pipeline`; which settings it takes, in `landfall settings parquet-sink`.

// Lambda's runtime, the SDK's and the registry's HTTP clients: their futures lie deep in each other.
#![recursion_limit = "256"]

use std::process::ExitCode;

/// One thread: Lambda gives one CPU up to 1,769 MB, and the work between two requests is short.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    pipeline::lambda::serve::<pipeline::ParquetFormat>().await
}
