//! One invocation, without Lambda and without its clock.

use delivery::Store;
use pipeline::{Format, InvocationError, Report, Sink, Time};
use record::Batch;
use std::future::ready;
use std::time::Duration;

/// 2024-01-15T10:30:00Z: when every invocation of the tests begins.
pub(crate) const NOW_MS: i64 = 1_705_314_600_000;

/// Delivers a batch; pauses between tries take no time.
pub(crate) fn deliver<S: Store, F: Format>(
    sink: &Sink<S, F>,
    batch: &Batch,
) -> Result<Report, InvocationError> {
    let time = Time { now_ms: NOW_MS, left: Duration::from_secs(60) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(sink.deliver(batch, time, |_| ready(())))
}
