//! A Lambda function: batches that a mapping gave up, and quarantined records, go through a sink again.
//!
//! What it does is in `pipeline::replay`; which settings it takes, in `landfall settings replayer`.

// Lambda's runtime and the SDK's HTTP client: their futures lie deep in each other.
#![recursion_limit = "256"]

use std::process::ExitCode;

/// One thread: it waits, for S3 and for the sink.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    pipeline::lambda::serve_replayer().await
}
