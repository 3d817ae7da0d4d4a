//! The event source mapping over the embedded Kafka, with a function that does as it is told.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod batches;
mod destination;
mod failures;
mod pollers;
mod stage;
