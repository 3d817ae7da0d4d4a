//! What librdkafka calls back.

use super::trouble::Trouble;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::topic_partition_list::TopicPartitionList;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// Takes librdkafka's callbacks: logs go to `tracing`, rebalances to the consumer.
#[derive(Debug)]
pub(crate) struct Context {
    changes: UnboundedSender<Change>,
    trouble: Mutex<Option<Trouble>>,
}

/// The partitions that this consumer has were changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Assigned(BTreeSet<i32>),
    Revoked(BTreeSet<i32>),
}

impl Context {
    pub(crate) fn new(changes: UnboundedSender<Change>) -> Self {
        Self { changes, trouble: Mutex::default() }
    }

    /// The most telling of librdkafka's complaints until now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        tracing::debug!(%error, reason, "librdkafka reports an error");
        if let Some(trouble) = Trouble::of(error.rdkafka_error_code(), reason) {
            let mut worst = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if worst.as_ref().is_none_or(|worst| worst.kind() <= trouble.kind()) {
                *worst = Some(trouble);
            }
        }
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        // Told before librdkafka gives them up, so that nobody commits them any more.
        if let Rebalance::Revoke(partitions) = rebalance {
            self.tell(Change::Revoked(numbers(partitions)));
        }
    }

    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(partitions) => self.tell(Change::Assigned(numbers(partitions))),
            Rebalance::Revoke(_) => {}
            Rebalance::Error(error) => tracing::warn!(%error, "a rebalance failed"),
        }
    }
}

impl Context {
    fn tell(&self, change: Change) {
        // A consumer that is being dropped has nobody to tell.
        let _ = self.changes.send(change);
    }
}

/// Writes a line of librdkafka's log to `tracing`.
pub(crate) fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => {
            // librdkafka goes on after most of these: what ends a call is returned by the call.
            tracing::warn!(target: "librdkafka", facility, "{message}");
        }
        RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice => {
            tracing::info!(target: "librdkafka", facility, "{message}");
        }
        RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
            tracing::debug!(target: "librdkafka", facility, "{message}");
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> BTreeSet<i32> {
    partitions.elements().iter().map(|element| element.partition()).collect()
}
