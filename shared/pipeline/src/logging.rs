//! The log, to standard output, where Lambda reads it.

use crate::Report;
use crate::chain::chain;
use crate::sink::InvocationError;
use std::str::FromStr as _;
use tracing::{Level, error, info, warn};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts the log: JSON or text as `AWS_LAMBDA_LOG_FORMAT` says, from `AWS_LAMBDA_LOG_LEVEL` up.
///
/// These are the variables of Lambda's own logging controls. Lambda puts the time to each line itself.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html>
pub(crate) fn start() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| Level::from_str(&level).ok());
    let level = level.unwrap_or(Level::INFO);
    // The runtime repeats each failure that a handler returns, without fields; ours has its own line.
    let filter = filter_fn(move |line| {
        *line.level() <= level
            && !(line.target() == "lambda_runtime::layers::panic"
                && line.fields().len() == 1
                && line.fields().field("message").is_some())
    });
    let lines = tracing_subscriber::fmt::layer().with_target(false);
    let registry = tracing_subscriber::registry();
    if std::env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json")) {
        let lines = lines.json().flatten_event(true).with_current_span(false).with_span_list(false);
        registry.with(lines.with_filter(filter)).init();
    } else {
        registry.with(lines.with_ansi(false).without_time().with_filter(filter)).init();
    }
}

/// The one line of an invocation that delivered its batch.
pub(crate) fn delivered(request_id: &str, report: &Report) {
    let Report { records, data, quarantine, rejected, ignored, failed, elapsed, still_bad: _ } = report;
    for partition in failed {
        error!(
            request_id,
            topic = partition.topic,
            partition = partition.partition,
            offset = partition.offset,
            error = partition.reason,
            "partition not delivered"
        );
    }
    macro_rules! line {
        ($log:ident, $($more:tt)*) => {
            $log!(
                request_id,
                records,
                objects = data.objects,
                object_records = data.records,
                bytes = data.bytes,
                quarantined = rejected.values().sum::<u64>(),
                quarantine_objects = quarantine.objects,
                ignored,
                redelivered = data.redelivered + quarantine.redelivered,
                markers = data.markers + quarantine.markers,
                retries = data.retries + quarantine.retries,
                failed_partitions = failed.len(),
                elapsed_ms = elapsed.as_millis() as u64,
                $($more)*
            )
        };
    }
    if rejected.is_empty() {
        line!(info, "batch delivered");
    } else {
        line!(warn, rejected = ?rejected, "batch delivered, with records in quarantine");
    }
}

/// The one line of an invocation that failed.
pub(crate) fn failed(request_id: &str, error: &InvocationError) {
    error!(request_id, kind = error.kind(), error = %chain(error), "batch not delivered");
}
