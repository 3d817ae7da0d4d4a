//! One execution environment: start, invoke, start again.

use super::MAX_PAYLOAD_BYTES;
use super::error::{InvokeError, StartError};
use super::function::Function;
use super::identifier::request_id;
use super::process::Process;
use super::runtime_api::{Invocation, RuntimeApi, Said};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// An execution environment of a function. It runs one invocation at a time; its process is killed when dropped.
#[derive(Debug)]
pub struct Environment {
    function: Function,
    /// None after a crash or a timeout, until the next invocation.
    sandbox: Mutex<Option<Sandbox>>,
    /// 0 while there is no process.
    process_id: Arc<AtomicU32>,
}

/// A process and the Runtime API it talks to. Each process has an API of its own, so that nothing
/// that a dead process left in a socket reaches the next one.
#[derive(Debug)]
struct Sandbox {
    // Dropped before the API: a function whose API goes away would log about it.
    process: Process,
    api: RuntimeApi,
}

impl Environment {
    /// Starts the function and waits until it is ready for its first event.
    ///
    /// # Errors
    ///
    /// When the binary cannot be run, or is not ready within [`Function::init_timeout`].
    pub async fn start(function: Function) -> Result<Self, StartError> {
        let process_id = Arc::default();
        let sandbox = Sandbox::start(&function, &process_id).await?;
        Ok(Self { function, sandbox: Mutex::new(Some(sandbox)), process_id })
    }

    /// Hands the function an event and waits for its answer, at most for `timeout`.
    ///
    /// A function that crashed in the invocation before is started again first. Concurrent calls wait
    /// for each other. A call that is dropped kills the process, since nobody is there for its answer.
    ///
    /// # Errors
    ///
    /// When the function fails, crashes, takes too long or cannot be started again.
    pub async fn invoke(&self, event: impl Into<Bytes>, timeout: Duration) -> Result<Bytes, InvokeError> {
        let event = event.into();
        if event.len() > MAX_PAYLOAD_BYTES {
            return Err(InvokeError::EventTooLarge { bytes: event.len() });
        }
        let mut slot = self.sandbox.lock().await;
        // Taken out, so that a dropped call leaves no process behind that is in the middle of something.
        let mut idle = slot.take();
        if idle.as_mut().is_some_and(|sandbox| sandbox.process.has_ended()) {
            idle = None;
        }
        let mut sandbox = match idle {
            Some(sandbox) => sandbox,
            None => Sandbox::start(&self.function, &self.process_id).await?,
        };
        let result = sandbox.invoke(&self.function, event, timeout).await;
        if !matches!(result, Err(InvokeError::Crashed { .. } | InvokeError::TimedOut { .. })) {
            *slot = Some(sandbox);
        }
        result
    }

    /// The id of the function's process, for those who want to kill it; none while there is no process.
    pub fn process_id(&self) -> Option<u32> {
        Some(self.process_id.load(Relaxed)).filter(|id| *id != 0)
    }

    /// The function that runs here.
    pub fn function(&self) -> &Function {
        &self.function
    }

    /// Kills the function's process and waits until it is gone.
    pub async fn stop(self) {
        if let Some(mut sandbox) = self.sandbox.into_inner() {
            sandbox.process.kill().await;
        }
    }
}

impl Sandbox {
    async fn start(function: &Function, process_id: &Arc<AtomicU32>) -> Result<Self, StartError> {
        let api = RuntimeApi::start().await.map_err(StartError::Listen)?;
        let process = Process::start(function, api.address(), process_id)?;
        let mut sandbox = Self { process, api };
        match timeout(function.init_timeout, sandbox.ready(function)).await {
            Ok(ready) => ready.map(|()| sandbox),
            Err(_) => {
                sandbox.process.kill().await;
                Err(StartError::TimedOut { timeout: function.init_timeout })
            }
        }
    }

    async fn ready(&mut self, function: &Function) -> Result<(), StartError> {
        tokio::select! {
            // What was said was said before the end.
            biased;
            said = self.api.said() => match said {
                Said::InitError(error) => Err(StartError::Reported {
                    error_type: error.error_type,
                    message: error.error_message,
                }),
                _ => Ok(()),
            },
            status = self.process.wait() => {
                let binary = function.binary.clone();
                let status = status.map_err(|source| StartError::Spawn { binary, source })?;
                Err(StartError::Exited { status, last_lines: self.process.last_lines().await })
            }
        }
    }

    async fn invoke(
        &mut self,
        function: &Function,
        event: Bytes,
        limit: Duration,
    ) -> Result<Bytes, InvokeError> {
        let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        let deadline_ms = jiff::Timestamp::now().as_millisecond().saturating_add(limit_ms);
        let invocation =
            Invocation { request_id: request_id(), event, deadline_ms, function_arn: function.arn() };
        match timeout(limit, self.answer(function, invocation)).await {
            Ok(answer) => answer,
            Err(_) => {
                self.process.kill().await;
                Err(InvokeError::TimedOut { timeout: limit })
            }
        }
    }

    async fn answer(&mut self, function: &Function, invocation: Invocation) -> Result<Bytes, InvokeError> {
        self.api.send(invocation).await;
        loop {
            tokio::select! {
                biased;
                said = self.api.said() => match said {
                    Said::Answer(answer) => return Ok(answer),
                    Said::AnswerTooLarge => return Err(InvokeError::AnswerTooLarge),
                    Said::Error(error) | Said::InitError(error) => return Err(InvokeError::Function {
                        error_type: error.error_type,
                        message: error.error_message,
                    }),
                    // It asked for this event, or asked again on another connection.
                    Said::Ready => {}
                },
                status = self.process.wait() => {
                    let binary = function.binary.clone();
                    let status = status.map_err(|source| StartError::Spawn { binary, source })?;
                    return Err(InvokeError::Crashed { status, last_lines: self.process.last_lines().await });
                }
            }
        }
    }
}
