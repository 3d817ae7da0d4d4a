//! One invocation of the function, which moves when it is told to.

use crate::log::{Group, Log};
use crate::store::{FaultyStore, pause};
use backon::ExponentialBuilder;
use delivery::{Delivered, DeliveryError, Retry, deliver};
use fastrand::Rng;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A group that is being delivered.
type Delivery<'a> = Pin<Box<dyn Future<Output = Result<Delivered, DeliveryError>> + Send + 'a>>;

/// A batch whose groups are delivered side by side. To drop it is to kill the process.
pub(crate) struct Invocation<'a> {
    /// The batch: a range of the log's records.
    pub(crate) batch: Range<usize>,
    /// How many of 16 turns it takes.
    pub(crate) pace: u8,
    concurrency: usize,
    /// Whether the first failure ends it; else the other groups are delivered all the same.
    fails_fast: bool,
    running: Vec<Delivery<'a>>,
    delivered: Delivered,
    failure: Option<DeliveryError>,
}

impl<'a> Invocation<'a> {
    /// An invocation that has not done anything yet.
    pub(crate) fn random(rng: &mut Rng, log: &'a Log, store: &'a FaultyStore, batch: Range<usize>) -> Self {
        Self {
            pace: [16, 16, 4, 1][rng.usize(..4)],
            concurrency: rng.usize(1..5),
            fails_fast: rng.bool(),
            running: log
                .groups(batch.clone())
                .into_iter()
                .map(|group| Box::pin(run(store, group)) as _)
                .collect(),
            delivered: Delivered::default(),
            failure: None,
            batch,
        }
    }

    /// Moves one of the groups that are under way by one step.
    pub(crate) fn step(&mut self, rng: &mut Rng) -> Poll<Result<Delivered, DeliveryError>> {
        let turn = rng.usize(..self.running.len().min(self.concurrency));
        let Poll::Ready(result) = self.running[turn].as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            return Poll::Pending;
        };
        drop(self.running.remove(turn));
        match result {
            Ok(delivered) => self.delivered += delivered,
            Err(error) => self.failure = Some(error),
        }
        if self.running.is_empty() || self.fails_fast && self.failure.is_some() {
            return Poll::Ready(self.failure.take().map_or(Ok(self.delivered), Err));
        }
        Poll::Pending
    }
}

async fn run(store: &FaultyStore, group: Group<'_>) -> Result<Delivered, DeliveryError> {
    let retry = Retry { backoff: ExponentialBuilder::default().with_max_times(2), sleeper: |_| pause() };
    deliver(store, &retry, &group).await
}
