//! Functions that are invoked in unpleasant ways.

use bytes::Bytes;
use local::lambda::{Environment, InvokeError};
use local::poll::Invoke;
use std::sync::{Mutex, PoisonError};

/// Remembers all events, to send them again later.
pub(crate) struct Recorder {
    environment: Environment,
    events: Mutex<Vec<Bytes>>,
}

impl Recorder {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, events: Mutex::default() }
    }

    /// Every third event, the last one first.
    pub(crate) fn every_third_backwards(&self) -> Vec<Bytes> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().rev().step_by(3).cloned().collect()
    }
}

impl Invoke for Recorder {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        Invoke::invoke(&self.environment, event).await
    }
}

/// Hands each event to two functions at once, as may happen when a poller loses a partition.
pub(crate) struct Twins {
    first: Environment,
    second: Environment,
}

impl Twins {
    pub(crate) fn new(first: Environment, second: Environment) -> Self {
        Self { first, second }
    }
}

impl Invoke for Twins {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        let (first, second) =
            tokio::join!(Invoke::invoke(&self.first, event.clone()), Invoke::invoke(&self.second, event));
        second.and(first)
    }
}
