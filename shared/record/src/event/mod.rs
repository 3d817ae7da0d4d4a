//! Lambda's Kafka event JSON, read and written.
//!
//! The only place that knows this JSON. Its shape is in the Lambda developer guide, pages
//! "Using Lambda with Amazon MSK" and "Using Lambda with self-managed Apache Kafka".
//!
//! ```
//! let event = br#"{
//!     "eventSource": "SelfManagedKafka",
//!     "records": { "orders-0": [ { "offset": 250, "value": "eyJpZCI6N30=" } ] }
//! }"#;
//! let batch = record::event::parse(event)?;
//! let order = batch.records().next().expect("the event has a record");
//! assert_eq!((order.topic(), order.offset()), ("orders", 250));
//! assert_eq!(order.value(), Some(&br#"{"id":7}"#[..]));
//! # Ok::<(), record::event::EventError>(())
//! ```

mod cursor;
mod error;
mod foreign;
mod headers;
mod number;
#[cfg(feature = "on-failure")]
pub mod on_failure;
mod parse;
mod payload;
mod record;
mod replay;
mod schema;
mod settle;
mod skip;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use error::{EventError, RecordPlace};
pub use parse::parse;
pub use replay::Replay;
pub use write::{EventRecord, EventWriter, NewRecord};
