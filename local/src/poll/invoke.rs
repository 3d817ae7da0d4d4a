//! Who takes the batches.

use crate::lambda::{Environment, Function, InvokeError, StartError};
use bytes::Bytes;

/// Takes events one at a time, as Lambda's Invoke call does.
pub trait Invoke: Sync {
    /// Hands over an event and waits for the answer.
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, InvokeError>> + Send;
}

/// Gives each poller an environment that takes its batches.
pub trait Deploy: Sync {
    /// What takes them.
    type Environment: Invoke + Send;

    /// Starts an environment.
    fn start(&self) -> impl Future<Output = Result<Self::Environment, StartError>> + Send;

    /// Ends an environment that has nothing to do any more.
    fn stop(&self, environment: Self::Environment) -> impl Future<Output = ()> + Send;

    /// The function's ARN, as on-failure records have it.
    fn arn(&self) -> String;
}

impl Invoke for Environment {
    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        self.invoke(event, self.function().timeout).await
    }
}

impl Deploy for Function {
    type Environment = Environment;

    async fn start(&self) -> Result<Environment, StartError> {
        Environment::start(self.clone()).await
    }

    async fn stop(&self, environment: Environment) {
        environment.stop().await;
    }

    fn arn(&self) -> String {
        self.arn()
    }
}

impl<I: Invoke> Invoke for &I {
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, InvokeError>> + Send {
        (*self).invoke(event)
    }
}

/// One environment that runs already; pollers that share it wait for each other.
impl<'i, I: Invoke> Deploy for &'i I {
    type Environment = &'i I;

    async fn start(&self) -> Result<&'i I, StartError> {
        Ok(self)
    }

    async fn stop(&self, _: &'i I) {}

    fn arn(&self) -> String {
        "arn:aws:lambda:ap-northeast-2:123456789012:function:running".to_owned()
    }
}
