//! Why polling ends.

use crate::kafka::KafkaError;
use crate::lambda::{InvokeError, StartError};

/// Polling ended without success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// Kafka cannot be read.
    #[error("the topic cannot be polled")]
    Kafka(#[from] KafkaError),
    /// A record can never be delivered.
    #[error("the mapping cannot go on, for it has no on-failure destination")]
    TooLarge(#[from] RecordTooLarge),
    /// The function does not start.
    #[error(transparent)]
    Function(#[from] StartError),
    /// A poller panicked.
    #[error("a poller panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}

/// A record does not fit an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {topic}-{partition}@{offset} makes an event of {bytes} bytes, at most {limit} are allowed")]
pub struct RecordTooLarge {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// How long an event with this record alone is.
    pub bytes: usize,
    /// How long an event may be.
    pub limit: usize,
}

/// A batch was not processed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The invocation failed.
    #[error("the invocation failed")]
    Invocation(#[from] InvokeError),
    /// The function named records that it could not process.
    #[error("the function reports {partitions} failed partitions, the first at {first}")]
    Reported {
        /// How many partitions it named.
        partitions: usize,
        /// The first record that it named, as topic-partition@offset.
        first: String,
    },
    /// The function's answer makes no sense, which counts as a failure of the whole batch.
    #[error("the function's answer is no batch response: {reason}")]
    Answer {
        /// What is wrong.
        reason: String,
    },
}
