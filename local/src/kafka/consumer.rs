//! A consumer of one topic in a consumer group.

use super::context::{Change, Context};
use super::error::KafkaError;
use super::measures::Measures;
use super::metadata;
use super::position::StartingPosition;
use super::record::Record;
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Properties that the poller's promises rest on.
const OURS: [&str; 5] = [
    "bootstrap.servers",
    "group.id",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
];

/// Which topic to consume, and how.
#[derive(Debug, Clone)]
pub struct ConsumerSettings {
    /// Brokers to ask first, as `host:port`, separated by commas.
    pub bootstrap_servers: String,
    /// The topic.
    pub topic: String,
    /// The consumer group.
    pub group: String,
    /// Where to begin in a partition that the group has not committed yet.
    pub starting_position: StartingPosition,
    /// Any other property of librdkafka.
    pub properties: BTreeMap<String, String>,
}

/// A member of a consumer group that reads one topic. Offsets are committed only by [`Consumer::commit`].
pub struct Consumer {
    client: Arc<StreamConsumer<Context>>,
    changes: UnboundedReceiver<Change>,
    /// Came together with changes that must be told first.
    held: Option<Received>,
    topic: String,
    partitions: usize,
}

/// What a consumer learns.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// The next record of a partition.
    Record(Record),
    /// There is nothing behind the last record of this partition, for now.
    EndOfPartition(i32),
    /// These partitions are to be read from now on; perhaps none.
    Assigned(BTreeSet<i32>),
    /// These partitions are another member's from now on; their records must not be committed any more.
    Revoked(BTreeSet<i32>),
    /// How long the partitions are; comes about every second.
    Measured(Measures),
}

impl Consumer {
    /// Joins the group.
    ///
    /// # Errors
    ///
    /// When a property is wrong, no broker answers within seconds, or there is no such topic.
    pub async fn subscribe(settings: &ConsumerSettings) -> Result<Self, KafkaError> {
        let (sender, changes) = mpsc::unbounded_channel();
        let client: StreamConsumer<Context> = config(settings)?
            .create_with_context(Context::new(sender, settings.starting_position))
            .map_err(KafkaError::from_creation)?;
        let client = Arc::new(client);
        let partitions = check_topic(&client, settings).await?;
        client
            .subscribe(&[&settings.topic])
            .map_err(|source| KafkaError::Topic { topic: settings.topic.clone(), source })?;
        Ok(Self { client, changes, held: None, topic: settings.topic.clone(), partitions })
    }

    /// How many partitions the topic had when the group was joined.
    pub fn partitions(&self) -> usize {
        self.partitions
    }

    /// Waits for what comes next. Must be called all the time, also while no records are wanted
    /// ([`Consumer::pause`]): it is here that the group's rebalances are served. Cancel safe.
    ///
    /// # Errors
    ///
    /// When the topic cannot be read any more. Brokers that are down for a while are waited for.
    pub async fn next(&mut self) -> Result<Received, KafkaError> {
        loop {
            // librdkafka's stream knows nothing of the runtime: while it has records, others must have a turn.
            tokio::task::coop::consume_budget().await;
            if let Ok(change) = self.changes.try_recv() {
                return Ok(change.into());
            }
            if let Some(received) = self.held.take() {
                return Ok(received);
            }
            tokio::select! {
                Some(change) = self.changes.recv() => return Ok(change.into()),
                message = self.client.recv() => match message {
                    // Changes that were made in the same call are older.
                    Ok(message) => self.held = Some(Received::Record(Record::from(&message))),
                    Err(ClientError::PartitionEOF(partition)) => {
                        self.held = Some(Received::EndOfPartition(partition));
                    }
                    Err(source) if is_final(&source) => {
                        return Err(KafkaError::Topic { topic: self.topic.clone(), source });
                    }
                    Err(error) => tracing::info!(%error, topic = self.topic, "Kafka is asked again"),
                },
            }
        }
    }

    /// Stops the flow of records of these partitions until [`Consumer::resume`]; what was fetched ahead comes
    /// again then.
    pub fn pause(&self, partitions: &BTreeSet<i32>) {
        self.log_unless_done(self.client.pause(&self.list(partitions)), "cannot pause");
    }

    /// Lets records of these partitions flow again.
    pub fn resume(&self, partitions: &BTreeSet<i32>) {
        self.log_unless_done(self.client.resume(&self.list(partitions)), "cannot resume");
    }

    /// Commits the next offset to read, by partition, and waits until the group's coordinator has it.
    ///
    /// # Errors
    ///
    /// When the coordinator does not take it: the records will come again.
    pub async fn commit(&self, next_offsets: &BTreeMap<i32, i64>) -> Result<(), ClientError> {
        let mut list = TopicPartitionList::with_capacity(next_offsets.len());
        for (partition, offset) in next_offsets {
            list.add_partition_offset(&self.topic, *partition, Offset::Offset(*offset))?;
        }
        let client = Arc::clone(&self.client);
        let committed = tokio::task::spawn_blocking(move || client.commit(&list, CommitMode::Sync));
        committed.await.unwrap_or(Err(ClientError::Canceled))
    }

    /// Leaves the group, so that others needn't wait for this member's session to expire.
    pub async fn leave(self) {
        let Self { client, .. } = self;
        // Dropping the client closes it, which waits for the coordinator.
        if let Err(error) = tokio::task::spawn_blocking(move || drop(client)).await {
            tracing::warn!(%error, "cannot leave the consumer group");
        }
    }

    fn list(&self, partitions: &BTreeSet<i32>) -> TopicPartitionList {
        let mut list = TopicPartitionList::with_capacity(partitions.len());
        for partition in partitions {
            list.add_partition(&self.topic, *partition);
        }
        list
    }

    fn log_unless_done(&self, done: Result<(), ClientError>, what: &'static str) {
        if let Err(error) = done {
            tracing::warn!(%error, topic = self.topic, what, "the flow of records was not changed");
        }
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl From<Change> for Received {
    fn from(change: Change) -> Self {
        match change {
            Change::Assigned(partitions) => Self::Assigned(partitions),
            Change::Revoked(partitions) => Self::Revoked(partitions),
            Change::Measured(measures) => Self::Measured(measures),
        }
    }
}

fn config(settings: &ConsumerSettings) -> Result<ClientConfig, KafkaError> {
    let mut config = ClientConfig::new();
    config
        // What the context listens for, to say why nothing works.
        .set_log_level(RDKafkaLogLevel::Info)
        .set("client.id", "landfall")
        .set(
            "auto.offset.reset",
            match settings.starting_position {
                // A timestamp is looked up when a partition is assigned; this is for what cannot be read there.
                StartingPosition::TrimHorizon | StartingPosition::AtTimestamp { .. } => "earliest",
                StartingPosition::Latest => "latest",
            },
        )
        // Lambda does not document which it uses. An aborted record is no data, and the gaps that
        // transactions leave in the offsets are the harder case for a function.
        .set("isolation.level", "read_committed")
        // Brokers take no less: the partitions of a poller that was killed must not wait long.
        .set("session.timeout.ms", "6000")
        .set("heartbeat.interval.ms", "2000")
        // Partitions that are added meanwhile are noticed after this time.
        .set("topic.metadata.refresh.interval.ms", "5000")
        .set("statistics.interval.ms", "1000")
        // A batch holds 6 MB; more than a few of them ahead would be memory for nothing.
        .set("queued.max.messages.kbytes", "32768");
    for (name, value) in &settings.properties {
        if OURS.contains(&name.as_str()) {
            let reason = "it is set by this command".to_owned();
            return Err(KafkaError::Property { name: name.clone(), value: value.clone(), reason });
        }
        config.set(name, value);
    }
    config
        .set("bootstrap.servers", &settings.bootstrap_servers)
        .set("group.id", &settings.group)
        // Only what S3 has is committed.
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true");
    Ok(config)
}

async fn check_topic(
    client: &Arc<StreamConsumer<Context>>,
    settings: &ConsumerSettings,
) -> Result<usize, KafkaError> {
    let topic_error = |source| KafkaError::Topic { topic: settings.topic.clone(), source };
    let metadata = metadata::fetch(client, Some(&settings.topic), &settings.bootstrap_servers).await?;
    let found = metadata.topics().iter().find(|topic| topic.name() == settings.topic);
    let partitions = found.map_or(0, |topic| topic.partitions().len());
    match found.map(|topic| topic.error().map(RDKafkaErrorCode::from)) {
        Some(None) => Ok(partitions),
        None | Some(Some(RDKafkaErrorCode::UnknownTopicOrPartition)) => Err(KafkaError::UnknownTopic {
            topic: settings.topic.clone(),
            bootstrap_servers: settings.bootstrap_servers.clone(),
        }),
        Some(Some(code)) => Err(topic_error(ClientError::MetadataFetch(code))),
    }
}

/// Whether asking again will not help.
fn is_final(error: &ClientError) -> bool {
    use RDKafkaErrorCode::{
        Authentication, ClusterAuthorizationFailed, GroupAuthorizationFailed, SaslAuthenticationFailed,
        TopicAuthorizationFailed, UnknownTopic, UnknownTopicOrPartition,
    };
    matches!(error, ClientError::MessageConsumptionFatal(_))
        || matches!(
            error.rdkafka_error_code(),
            Some(
                Authentication
                    | ClusterAuthorizationFailed
                    | GroupAuthorizationFailed
                    | SaslAuthenticationFailed
                    | TopicAuthorizationFailed
                    | UnknownTopic
                    | UnknownTopicOrPartition
            )
        )
}
