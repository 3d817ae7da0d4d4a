//! A Lambda function: Kafka records to S3 as JSON Lines.
//!
//! What it does is in `pipeline`; which settings it takes, in `landfall settings json-sink`.

use std::process::ExitCode;

/// One thread: Lambda gives one CPU up to 1,769 MB, and the work between two requests is short.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    pipeline::lambda::serve::<pipeline::JsonFormat>().await
}
