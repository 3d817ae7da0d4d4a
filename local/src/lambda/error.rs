//! How an invocation, or the start of a function, goes wrong.

use super::MAX_PAYLOAD_BYTES;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// An invocation did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// The function says that it failed.
    #[error("the function failed with {error_type}: {message}")]
    Function {
        /// `errorType`: what alarms look at.
        error_type: String,
        /// `errorMessage`.
        message: String,
    },
    /// The function's process ended in the middle of the invocation.
    #[error("the function's process ended in the middle of an invocation ({status}{last_lines})")]
    Crashed {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote last.
        last_lines: LastLines,
    },
    /// The function took too long and was killed.
    #[error("the function did not answer within {} s and was killed", timeout.as_secs_f64())]
    TimedOut {
        /// How long it had.
        timeout: Duration,
    },
    /// The function could not be started.
    #[error("the function did not start")]
    Start(#[from] StartError),
    /// Lambda takes no such event.
    #[error("the event has {bytes} bytes, Lambda takes {MAX_PAYLOAD_BYTES}")]
    EventTooLarge {
        /// How long it is.
        bytes: usize,
    },
    /// Lambda takes no such answer.
    #[error("the function's answer has more than {MAX_PAYLOAD_BYTES} bytes")]
    AnswerTooLarge,
}

/// A function could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The binary could not be run at all.
    #[error("cannot run {}", binary.display())]
    Spawn {
        /// The binary.
        binary: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The Runtime API could not listen on loopback.
    #[error("cannot listen on loopback for the function")]
    Listen(#[source] io::Error),
    /// The function says that it cannot start.
    #[error("the function refused to start with {error_type}: {message}")]
    Reported {
        /// `errorType`.
        error_type: String,
        /// `errorMessage`.
        message: String,
    },
    /// The function's process ended before it asked for an event.
    #[error("the function's process ended before its first invocation ({status}{last_lines})")]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote last.
        last_lines: LastLines,
    },
    /// The function did not ask for an event in time and was killed.
    #[error("the function was not ready within {} s and was killed", timeout.as_secs_f64())]
    TimedOut {
        /// How long it had.
        timeout: Duration,
    },
}

/// The last lines that a process wrote, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastLines(pub Vec<String>);

impl fmt::Display for LastLines {
    /// Writes the very last line, quoted behind a comma, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iter().rfind(|line| !line.trim().is_empty()) {
            Some(line) => write!(f, ", its last line: {}", line.trim()),
            None => Ok(()),
        }
    }
}
