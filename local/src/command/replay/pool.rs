//! A function that takes several events at once, as Lambda's does: an environment for each.

use super::access::Runnable;
use bytes::Bytes;
use local::lambda::{Environment, InvokeError};
use pipeline::chain;
use pipeline::replay::{Invoke, InvokeFailure};
use tokio::sync::Mutex;

/// Execution environments of a function, started when they are needed.
pub(crate) struct Pool {
    runnable: Runnable,
    idle: Mutex<Vec<Environment>>,
}

impl Pool {
    pub(crate) fn new(runnable: Runnable) -> Self {
        Self { runnable, idle: Mutex::default() }
    }

    /// Ends them all.
    pub(crate) async fn stop(self) {
        for environment in self.idle.into_inner() {
            environment.stop().await;
        }
    }
}

impl Invoke for Pool {
    fn name(&self) -> &str {
        &self.runnable.function.name
    }

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeFailure> {
        let function = &self.runnable.function;
        let idle = self.idle.lock().await.pop();
        let environment = match idle {
            Some(environment) => environment,
            None => Environment::start(function.clone())
                .await
                .map_err(|error| InvokeFailure::Function(chain(&error).to_string()))?,
        };
        let answer = environment.invoke(event, function.timeout).await;
        self.idle.lock().await.push(environment);
        answer.map_err(|error| {
            let told = chain(&error).to_string();
            if matches!(error, InvokeError::Start(_)) {
                InvokeFailure::Function(told)
            } else {
                InvokeFailure::Event(told)
            }
        })
    }
}
