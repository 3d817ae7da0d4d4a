//! Who takes the batches.

use crate::lambda::{Environment, InvokeError};
use bytes::Bytes;

/// Takes events one at a time, as Lambda's Invoke call does.
pub trait Invoke: Sync {
    /// Hands over an event and waits for the answer.
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, InvokeError>> + Send;
}

impl Invoke for Environment {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        self.invoke(event, self.function().timeout).await
    }
}
