//! The vocabulary of a batch, and the one place that knows Lambda's Kafka event.
//!
//! A [`Batch`] is what one invocation was handed: records of Kafka, decoded from base64
//! into one arena and read through [`Record`], a view that costs nothing to copy.
//! [`event`] makes a batch from the JSON that an event source mapping sends, and writes
//! that JSON. A [`Row`] is a record that was decoded; a [`Rejection`] is one that could not
//! be decoded or placed.

pub mod event;

mod batch;
mod identity;
mod rejection;
mod row;

pub use batch::{Batch, Header, Headers, PartitionRecords, Record, SchemaMetadata, Source, TimestampType};
pub use identity::Identity;
pub use rejection::{Rejection, RejectionKind};
pub use row::{Field, FieldPath, FieldPathError, Row};
