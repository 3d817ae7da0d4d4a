//! A Lambda function: Kafka records with a schema to S3 as Parquet.
//!
//! What it does is in `pipeline`; which settings it takes, in `landfall settings parquet-sink`.

use std::process::ExitCode;

/// One thread: Lambda gives one CPU up to 1,769 MB, and the work between two requests is short.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    pipeline::lambda::serve::<pipeline::ParquetFormat>().await
}
