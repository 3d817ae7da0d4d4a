//! A function's execution environment, as Lambda has it: its binary behind a Runtime API of its own.
//!
//! An [`Environment`] starts the binary with the variables that Lambda sets and nothing else, hands it
//! one event at a time, and says how each invocation ended. A crash or a timeout costs the invocation;
//! the next one starts the binary again.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

mod environment;
mod error;
mod function;
mod identifier;
mod process;
mod runtime_api;

pub use environment::Environment;
pub use error::{InvokeError, LastLines, StartError};
pub use function::{Function, Log};
pub(crate) use identifier::request_id;

/// Longest event, and longest answer, in bytes: 6 MB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;
