//! Trying again, bounded.

use crate::StoreError;
use backon::{ExponentialBuilder, Retryable as _, Sleeper};
use std::sync::atomic::{AtomicU64, Ordering};

/// How often and how patiently a store is asked again.
#[derive(Debug, Clone)]
pub struct Retry<Z> {
    /// The pauses and their number.
    pub backoff: ExponentialBuilder,
    /// What sleeps; a test's may return at once.
    pub sleeper: Z,
}

impl<Z: Sleeper<Sleep: Send> + Clone> Retry<Z> {
    /// Runs an operation until it succeeds, fails for good, or was tried often enough; counts the retries.
    pub(crate) async fn run<T, F>(
        &self,
        retries: &AtomicU64,
        operation: impl FnMut() -> F + Send,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
        T: Send,
    {
        operation
            .retry(self.backoff)
            .sleep(self.sleeper.clone())
            .when(StoreError::is_retryable)
            .notify(|_, _| {
                retries.fetch_add(1, Ordering::Relaxed);
            })
            .await
    }
}
