//! Lambda's Kafka event JSON, read and written.
//!
//! The only place that knows this JSON. Its shape is in the Lambda developer guide, pages
//! "Using Lambda with Amazon MSK" and "Using Lambda with self-managed Apache Kafka".

mod error;
mod parse;
mod write;

pub use error::EventError;
pub use parse::parse;
pub use write::{EventWriter, NewRecord};
