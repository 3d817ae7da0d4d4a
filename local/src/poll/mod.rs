//! An event source mapping on this computer: from a Kafka topic to invocations of a function.
//!
//! A [`Batcher`] makes batches of records, without knowing Kafka or a clock; [`run`] reads a topic as a
//! member of a consumer group, hands one batch after the other to a function, and commits offsets only
//! after the function has succeeded. What Lambda documents is done as documented
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html>); where it is silent, a comment says what
//! is done here and why.

mod answer;
mod backlog;
mod batch;
mod batcher;
mod error;
mod flight;
mod invoke;
mod mapping;
mod notice;
mod poller;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Envelope};
pub use batcher::{Batcher, Limits};
pub use error::{Failure, PollError, RecordTooLarge};
pub use invoke::Invoke;
pub use mapping::Mapping;
pub use notice::{Notice, Summary};
pub use poller::run;
