//! The functions, run as Lambda would.

use crate::s3::S3;
use crate::tools;
use bytes::Bytes;
use local::lambda::{Environment, Function, InvokeError, Log, StartError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long an invocation may take, as the function is told.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `json-sink`
    JsonSink,
    /// `parquet-sink`
    ParquetSink,
    /// `replayer`
    Replayer,
}

/// An execution environment of the release binary; its process is killed when dropped.
#[derive(Debug)]
pub struct Sink {
    environment: Environment,
    log: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// The name of its binary.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonSink => "json-sink",
            Self::ParquetSink => "parquet-sink",
            Self::Replayer => "replayer",
        }
    }

    /// Starts it for a bucket, with settings on top by their variables' names.
    ///
    /// # Errors
    ///
    /// When it refuses to start.
    pub async fn start(self, s3: &S3, bucket: &str, settings: &[(&str, &str)]) -> Result<Sink, StartError> {
        let mut variables: BTreeMap<String, String> = s3.environment().into_iter().collect();
        variables.insert("S3_BUCKET_NAME".to_owned(), bucket.to_owned());
        variables.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.start_with(variables).await
    }

    /// Starts it with these variables and no others of ours.
    ///
    /// # Errors
    ///
    /// When it refuses to start.
    pub async fn start_with(self, variables: BTreeMap<String, String>) -> Result<Sink, StartError> {
        let log = Arc::<Mutex<Vec<String>>>::default();
        let lines = Arc::clone(&log);
        let function = Function {
            variables,
            log: Log::new(move |line| {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
            }),
            ..Function::new(tools::binary(self.name()))
        };
        Ok(Sink { environment: Environment::start(function).await?, log })
    }
}

impl Sink {
    /// Starts `json-sink` for a bucket, with settings on top by their variables' names.
    ///
    /// # Errors
    ///
    /// When it refuses to start.
    pub async fn start(s3: &S3, bucket: &str, settings: &[(&str, &str)]) -> Result<Self, StartError> {
        Program::JsonSink.start(s3, bucket, settings).await
    }

    /// Starts `json-sink` with these variables and no others of ours.
    ///
    /// # Errors
    ///
    /// When it refuses to start.
    pub async fn start_with(variables: BTreeMap<String, String>) -> Result<Self, StartError> {
        Program::JsonSink.start_with(variables).await
    }

    /// Hands it an event and waits for its answer.
    ///
    /// # Errors
    ///
    /// When the invocation fails.
    pub async fn invoke(&self, event: Vec<u8>) -> Result<Bytes, InvokeError> {
        self.environment.invoke(event, TIMEOUT).await
    }

    /// Hands it an event that it has this long for.
    ///
    /// # Errors
    ///
    /// When the invocation fails.
    pub async fn invoke_within(&self, event: Vec<u8>, timeout: Duration) -> Result<Bytes, InvokeError> {
        self.environment.invoke(event, timeout).await
    }

    /// The id of its process, while there is one.
    pub fn process_id(&self) -> Option<u32> {
        self.environment.process_id()
    }

    /// What it has logged until now, line by line.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The type and the message of the error that the function itself gave.
///
/// # Panics
///
/// When the invocation succeeded, or failed in another way.
#[track_caller]
pub fn failure(result: Result<Bytes, InvokeError>) -> (String, String) {
    match result {
        Err(InvokeError::Function { error_type, message }) => (error_type, message),
        other => panic!("expected the function to report an error, got {other:?}"),
    }
}
