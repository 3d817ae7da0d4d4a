//! The settings of an event source mapping, under its own names.

use super::batch::Envelope;
use super::batcher::Limits;
use crate::filter::Filters;
use crate::kafka::{ConsumerSettings, StartingPosition};
use crate::lambda::MAX_PAYLOAD_BYTES;
use md5::{Digest as _, Md5};
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
    /// `MaximumRetryAttempts`: tries after the first one; none for ever, or with an on-failure destination ten.
    pub maximum_retry_attempts: Option<u32>,
    /// `MaximumRecordAgeInSeconds`: how old a record may be that is sent to the function; none for any age.
    pub maximum_record_age: Option<Duration>,
    /// `BisectBatchOnFunctionError`: whether a batch that fails is split in two.
    pub bisect_batch_on_function_error: bool,
    /// Whether `FunctionResponseTypes` has `ReportBatchItemFailures`. Without it Lambda does not read answers.
    pub report_batch_item_failures: bool,
    /// `FilterCriteria`: which records reach the function; none: all of them.
    pub filters: Option<Filters>,
    /// `DestinationConfig.OnFailure`: where batches go that are given up; none: they are discarded.
    pub on_failure: Option<OnFailure>,
    /// `ProvisionedPollerConfig`.
    pub pollers: Pollers,
    /// Whether to end when the function has all records that the topic has.
    pub until_caught_up: bool,
    /// Properties of the Kafka client.
    pub properties: BTreeMap<String, String>,
}

/// An S3 bucket for batches that are given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFailure {
    /// The bucket.
    pub bucket: String,
    /// What the keys start with; perhaps empty.
    pub prefix: String,
}

/// How many pollers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pollers {
    /// `MinimumPollers`.
    pub minimum: u16,
    /// `MaximumPollers`.
    pub maximum: u16,
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

    /// How often a batch is retried when the mapping says "for ever" and has an on-failure destination.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>
    pub const RETRIES_WITH_DESTINATION: u32 = 10;

    /// A mapping with Lambda's defaults, but for a single poller, that starts at the oldest record.
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
            maximum_record_age: None,
            bisect_batch_on_function_error: false,
            report_batch_item_failures: false,
            filters: None,
            on_failure: None,
            pollers: Pollers { minimum: 1, maximum: 1 },
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

    /// How often a batch is retried; none for ever.
    pub fn retries(&self) -> Option<u32> {
        let destination = self.on_failure.as_ref();
        self.maximum_retry_attempts.or_else(|| destination.map(|_| Self::RETRIES_WITH_DESTINATION))
    }

    /// A made-up UUID that is always the same for this group and topic, as a mapping's is.
    pub fn uuid(&self) -> String {
        let digest = Md5::digest(format!("{}\n{}", self.consumer_group_id, self.topic));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        // Version 3, variant 1.
        format!("{}-{}-3{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    /// Whether the mapping's filter lets a record with this value pass.
    pub(crate) fn keeps(&self, value: Option<&[u8]>) -> bool {
        self.filters.as_ref().is_none_or(|filters| filters.keep(value))
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
