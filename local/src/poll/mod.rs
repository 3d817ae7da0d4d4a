//! An event source mapping on this computer: from a Kafka topic to invocations of a function.
//!
//! A [`Batcher`] makes batches of records, without knowing Kafka or a clock; [`Polling`] reads a topic with one or
//! more members of a consumer group, hands each one's batches to a function one after the other, tries again or
//! gives up what fails as a [`Mapping`] says, and commits offsets only of what the function has processed or an
//! on-failure destination keeps. What Lambda documents is done as documented
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html>); where it is silent, a comment says what
//! is done here and why.

mod answer;
mod backlog;
mod batch;
mod batcher;
mod board;
mod chain;
mod destination;
mod error;
mod fleet;
mod flight;
mod held;
mod invoke;
mod ledger;
mod mapping;
mod notice;
mod poller;
mod polling;
mod scaling;
#[cfg(test)]
mod tests;
mod tries;

pub use batch::{Batch, Envelope};
pub use batcher::{Batcher, Limits, Oversized};
pub use destination::{Destination, DestinationError};
pub use error::{Failure, PollError, RecordTooLarge};
pub use fleet::run;
pub use invoke::{Deploy, Invoke};
pub use mapping::{Mapping, OnFailure, Pollers};
pub use notice::{Lag, Notice, Summary};
pub use polling::Polling;
pub use tries::Condition;
