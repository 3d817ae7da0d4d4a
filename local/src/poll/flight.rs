//! One batch at the function.

use super::batch::Batch;
use crate::kafka::Record;
use crate::lambda::InvokeError;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::time::{Duration, Instant};

/// How long a failed batch waits before its first retry; twice as long before each further one.
const FIRST_BACKOFF: Duration = Duration::from_millis(200);

/// How long a failed batch waits at most. Lambda documents no times.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// A batch that failed and waits for its next try.
pub(crate) struct Retry {
    pub(crate) batch: Batch,
    pub(crate) attempts: u32,
    pub(crate) at: Instant,
}

/// An invocation that was not answered yet.
pub(crate) struct Flight<'p> {
    pub(crate) batch: Batch,
    pub(crate) attempts: u32,
    pub(crate) started: Instant,
    /// Partitions that went to another member since.
    pub(crate) lost: BTreeSet<i32>,
    pub(crate) answer: Pin<Box<dyn Future<Output = Result<Bytes, InvokeError>> + Send + 'p>>,
}

/// Which records of a batch come again.
pub(crate) enum Open {
    Nothing,
    All,
    /// By partition, from this offset on.
    From(BTreeMap<i32, i64>),
}

impl Open {
    pub(crate) fn holds(&self, record: &Record) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::From(first) => first.get(&record.partition).is_some_and(|first| record.offset >= *first),
        }
    }
}

/// How long a batch waits that was tried this often.
pub(crate) fn backoff(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    FIRST_BACKOFF.saturating_mul(1 << doublings).min(MAX_BACKOFF)
}

/// Waits for the answer of the invocation in flight; for ever while there is none.
pub(crate) async fn answer(flight: &mut Option<Flight<'_>>) -> Result<Bytes, InvokeError> {
    match flight {
        Some(flight) => flight.answer.as_mut().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_wait_longer_and_longer_up_to_a_limit() {
        let waits_ms = [1, 2, 3, 6, 7, 100, u32::MAX].map(|attempts| backoff(attempts).as_millis());
        assert_eq!(waits_ms, [200, 400, 800, 6_400, 10_000, 10_000, 10_000]);
    }
}
