//! What a poller waits for.

use super::chain::Chain;
use super::destination::DestinationError;
use super::tries::Piece;
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

/// An invocation that was not answered yet, or an on-failure record that is being written.
pub(crate) struct Flight<'p> {
    pub(crate) load: Vec<Piece>,
    /// What follows the load.
    pub(crate) chain: Chain,
    pub(crate) event_bytes: usize,
    pub(crate) started: Instant,
    /// Partitions that went to another member since.
    pub(crate) lost: BTreeSet<i32>,
    pub(crate) arrival: Pin<Box<dyn Future<Output = Arrival> + Send + 'p>>,
}

/// How a flight ends.
pub(crate) enum Arrival {
    /// The function's answer.
    Answer(Result<Bytes, InvokeError>),
    /// The load is given up, and where its record is.
    GivenUp(Result<Option<String>, DestinationError>),
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

/// How long a batch waits that failed this often.
pub(crate) fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_BACKOFF.saturating_mul(1 << doublings).min(MAX_BACKOFF)
}

/// Waits for the flight's end; for ever while there is none.
pub(crate) async fn arrival(flight: &mut Option<Flight<'_>>) -> Arrival {
    match flight {
        Some(flight) => flight.arrival.as_mut().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_wait_longer_and_longer_up_to_a_limit() {
        let waits_ms = [1, 2, 3, 6, 7, 100, u32::MAX].map(|failures| backoff(failures).as_millis());
        assert_eq!(waits_ms, [200, 400, 800, 6_400, 10_000, 10_000, 10_000]);
    }
}
