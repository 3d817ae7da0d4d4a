//! From a record's bytes to a row, by format.

#[cfg(feature = "columns")]
pub mod columns;
pub mod debezium;
pub mod json;

mod null_values;

pub use null_values::NullValues;
