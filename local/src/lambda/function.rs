//! What is to be run.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long Lambda waits for a function to be ready for its first event.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const INIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Lambda's own default of 3 s is too short for a batch that S3 makes wait.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A function: its binary, and what Lambda's configuration would say of it.
#[derive(Debug, Clone)]
pub struct Function {
    /// The name, as `AWS_LAMBDA_FUNCTION_NAME` has it.
    pub name: String,
    /// The binary: what Lambda calls `bootstrap`.
    pub binary: PathBuf,
    /// Arguments for the binary. Lambda gives none; a measuring or tracing program in between needs some.
    pub arguments: Vec<OsString>,
    /// The function's own variables; they win over those that Lambda sets.
    pub variables: BTreeMap<String, String>,
    /// The region, as `AWS_REGION` and the function's ARN have it.
    pub region: String,
    /// The memory, as `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` has it. It is not enforced.
    pub memory_mb: u32,
    /// How long an invocation may take, for those who don't say otherwise.
    pub timeout: Duration,
    /// How long the binary may take until it asks for its first event.
    pub init_timeout: Duration,
    /// Where the lines go that the function writes to standard output and standard error.
    pub log: Log,
}

impl Function {
    /// A function named as its binary, with Lambda's defaults, whose log is dropped.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let binary = binary.into();
        Self {
            name: binary.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            binary,
            arguments: Vec::new(),
            variables: BTreeMap::new(),
            region: "ap-northeast-2".to_owned(),
            memory_mb: 128,
            timeout: TIMEOUT,
            init_timeout: INIT_TIMEOUT,
            log: Log::new(|_| {}),
        }
    }

    /// The ARN that invocations are told, in a made-up account.
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:123456789012:function:{}", self.region, self.name)
    }
}

/// Takes a function's log line by line.
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(&str) + Send + Sync>);

impl Log {
    /// Calls `sink` with each line, without its end of line.
    pub fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    pub(crate) fn line(&self, line: &str) {
        (self.0)(line);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}
