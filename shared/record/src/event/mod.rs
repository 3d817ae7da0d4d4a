//! Lambda's Kafka event JSON, read and written.
//!
//! The only place that knows this JSON. Its shape is in the Lambda developer guide, pages
//! "Using Lambda with Amazon MSK" and "Using Lambda with self-managed Apache Kafka".

mod cursor;
mod error;
mod foreign;
mod headers;
mod number;
mod parse;
mod payload;
mod record;
mod schema;
mod settle;
mod skip;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use error::{EventError, RecordPlace};
pub use parse::parse;
pub use write::{EventWriter, NewRecord};
