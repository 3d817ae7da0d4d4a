//! What librdkafka calls back.

use super::measures::Measures;
use super::position::StartingPosition;
use super::trouble::Trouble;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How long the group's coordinator, or a broker, may take to say where a partition begins.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(10);

/// How often that is asked.
const LOOK_UPS: usize = 3;

/// Takes librdkafka's callbacks: logs go to `tracing`, rebalances to the consumer.
#[derive(Debug)]
pub(crate) struct Context {
    changes: UnboundedSender<Change>,
    starting_position: StartingPosition,
    trouble: Mutex<Option<Trouble>>,
}

/// The partitions that this consumer has were changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Assigned(BTreeSet<i32>),
    Revoked(BTreeSet<i32>),
    /// Not of the partitions that it has, but of what is in them.
    Measured(Measures),
}

impl Context {
    pub(crate) fn new(changes: UnboundedSender<Change>, starting_position: StartingPosition) -> Self {
        Self { changes, starting_position, trouble: Mutex::default() }
    }

    /// The most telling of librdkafka's complaints until now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // That a broker hangs up is no error to librdkafka, but it may be why nothing works.
        if facility == "FAIL"
            && let Some(trouble) = Trouble::of_log(message)
        {
            self.note(trouble);
        }
        log(level, facility, message);
    }

    fn stats_raw(&self, statistics: &[u8]) {
        match Measures::from_statistics(statistics) {
            Ok(measures) => self.tell(Change::Measured(measures)),
            Err(error) => tracing::debug!(%error, "librdkafka's statistics cannot be read"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        tracing::debug!(%error, reason, "librdkafka reports an error");
        if let Some(trouble) = Trouble::of(error.rdkafka_error_code(), reason) {
            self.note(trouble);
        }
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            // Told before librdkafka gives them up, so that nobody commits them any more.
            Rebalance::Revoke(partitions) => self.tell(Change::Revoked(numbers(partitions))),
            Rebalance::Assign(partitions) => {
                if let StartingPosition::AtTimestamp { unix_ms } = self.starting_position {
                    begin_at(consumer, partitions, unix_ms);
                }
            }
            Rebalance::Error(_) => {}
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

/// Lets partitions that the group has not committed begin at a timestamp.
fn begin_at(consumer: &BaseConsumer<Context>, partitions: &TopicPartitionList, unix_ms: i64) {
    let mut look_up = look_up(consumer, partitions, unix_ms);
    for _ in 1..LOOK_UPS {
        if look_up.is_ok() {
            break;
        }
        look_up = self::look_up(consumer, partitions, unix_ms);
    }
    let found = match look_up {
        Ok(found) => found,
        Err(error) => {
            // Too many records rather than too few.
            tracing::warn!(%error, unix_ms, "no offset was found for the timestamp: the oldest record is taken");
            return;
        }
    };
    for mut assigned in partitions.elements() {
        if let Some(element) = found.find_partition(assigned.topic(), assigned.partition())
            && let Err(error) = assigned.set_offset(element.offset())
        {
            tracing::warn!(%error, "an offset cannot be set");
        }
    }
}

/// The offsets of a timestamp, for those of the partitions that the group has not committed.
fn look_up(
    consumer: &BaseConsumer<Context>,
    partitions: &TopicPartitionList,
    unix_ms: i64,
) -> Result<TopicPartitionList, ClientError> {
    let committed = consumer.committed_offsets(partitions.clone(), LOOK_UP_TIMEOUT)?;
    let mut new = TopicPartitionList::new();
    for element in committed.elements() {
        if !matches!(element.offset(), Offset::Offset(_)) {
            new.add_partition_offset(element.topic(), element.partition(), Offset::Offset(unix_ms))?;
        }
    }
    if new.count() == 0 { Ok(new) } else { consumer.offsets_for_times(new, LOOK_UP_TIMEOUT) }
}

impl Context {
    fn note(&self, trouble: Trouble) {
        let mut worst = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if worst.as_ref().is_none_or(|worst| worst.kind() <= trouble.kind()) {
            *worst = Some(trouble);
        }
    }

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
