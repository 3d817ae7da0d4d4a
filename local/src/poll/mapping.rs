//! The settings of an event source mapping, under its own names.

use super::batch::Envelope;
use super::batcher::Limits;
use crate::kafka::{ConsumerSettings, StartingPosition};
use crate::lambda::MAX_PAYLOAD_BYTES;
use record::Source;
use std::collections::BTreeMap;
use std::time::Duration;

/// An event source mapping: one topic, one function.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Brokers to ask first, as `host:port`, separated by commas.
    pub bootstrap_servers: String,
    /// The topic: the one of `Topics`.
    pub topic: String,
    /// `ConsumerGroupId`.
    pub consumer_group_id: String,
    /// What the event says of the cluster.
    pub source: Source,
    /// `BatchSize`: most records of one event.
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`: how long the first record of an event waits for others.
    pub maximum_batching_window: Duration,
    /// `StartingPosition`.
    pub starting_position: StartingPosition,
    /// `MaximumRetryAttempts`: tries after the first one; none for ever.
    pub maximum_retry_attempts: Option<u32>,
    /// Whether `FunctionResponseTypes` has `ReportBatchItemFailures`. Without it Lambda does not read answers.
    pub report_batch_item_failures: bool,
    /// Whether to end when the function has all records that the topic has.
    pub until_caught_up: bool,
    /// Properties of the Kafka client.
    pub properties: BTreeMap<String, String>,
}

impl Mapping {
    /// What a mapping takes when nothing is said.
    pub const DEFAULT_BATCH_SIZE: usize = 100;
    /// Most records of one event that a mapping allows.
    pub const MAX_BATCH_SIZE: usize = 10_000;
    /// What a mapping of Kafka takes when nothing is said.
    pub const DEFAULT_BATCHING_WINDOW: Duration = Duration::from_millis(500);
    /// The longest window that a mapping allows.
    pub const MAX_BATCHING_WINDOW: Duration = Duration::from_secs(300);

    /// A mapping with Lambda's defaults that starts at the oldest record.
    pub fn new(
        bootstrap_servers: impl Into<String>,
        topic: impl Into<String>,
        consumer_group_id: impl Into<String>,
    ) -> Self {
        Self {
            bootstrap_servers: bootstrap_servers.into(),
            topic: topic.into(),
            consumer_group_id: consumer_group_id.into(),
            source: Source::SelfManaged,
            batch_size: Self::DEFAULT_BATCH_SIZE,
            maximum_batching_window: Self::DEFAULT_BATCHING_WINDOW,
            starting_position: StartingPosition::TrimHorizon,
            maximum_retry_attempts: None,
            report_batch_item_failures: false,
            until_caught_up: false,
            properties: BTreeMap::new(),
        }
    }

    /// What all events of the mapping have in common.
    pub fn envelope(&self) -> Envelope {
        Envelope {
            source: self.source.clone(),
            bootstrap_servers: self.bootstrap_servers.clone(),
            topic: self.topic.clone(),
        }
    }

    /// When a batch is complete.
    pub fn limits(&self) -> Limits {
        Limits {
            records: self.batch_size.clamp(1, Self::MAX_BATCH_SIZE),
            bytes: MAX_PAYLOAD_BYTES,
            window: self.maximum_batching_window,
        }
    }

    pub(crate) fn consumer(&self) -> ConsumerSettings {
        ConsumerSettings {
            bootstrap_servers: self.bootstrap_servers.clone(),
            topic: self.topic.clone(),
            group: self.consumer_group_id.clone(),
            starting_position: self.starting_position,
            properties: self.properties.clone(),
        }
    }
}
