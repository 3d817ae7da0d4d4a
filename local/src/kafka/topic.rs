//! A topic, looked at: watermarks, committed offsets, and which offsets have records.

use super::context::Context;
use super::error::KafkaError;
use super::metadata::{self, is_unreachable};
use super::position::StartingPosition;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError as ClientError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use record::Identity;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How long one question to the cluster may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long records may not come before reading has failed. A leader may change meanwhile.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

/// How far the next wanted offset may be ahead before it is sought rather than read on to: a fetch brings about as
/// many small records at once.
const WORTH_READING_ON: i64 = 10_000;

/// A view on the topics of a cluster, which joins no group and commits nothing.
#[derive(Clone)]
pub struct Topics {
    /// Reads one partition at a time.
    client: Arc<Mutex<BaseConsumer<Context>>>,
    bootstrap_servers: String,
}

/// Where the view is on, and for whom.
#[derive(Debug, Clone)]
pub struct TopicsSettings {
    /// Brokers to ask first, as `host:port`, separated by commas.
    pub bootstrap_servers: String,
    /// The consumer group whose committed offsets are wanted.
    pub group: Option<String>,
    /// Any other property of librdkafka.
    pub properties: BTreeMap<String, String>,
}

/// The ends of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The offset before which nothing is kept.
    pub low: i64,
    /// The offset that comes next.
    pub high: i64,
}

/// What stands at an offset that has a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The offset.
    pub offset: i64,
    /// Whether the record's value is null.
    pub is_tombstone: bool,
}

impl Topics {
    /// Makes a client and sees whether a broker answers.
    ///
    /// # Errors
    ///
    /// When a property is wrong, or no broker answers within seconds.
    pub async fn connect(settings: &TopicsSettings) -> Result<Self, KafkaError> {
        // Nobody consumes by this client, so there are no rebalances to tell.
        let context = || Context::new(mpsc::unbounded_channel().0, StartingPosition::TrimHorizon);
        let config = config(settings);
        // Complaints such as of a wrong password are told by a client of this kind alone.
        let probe: StreamConsumer<Context> =
            config.create_with_context(context()).map_err(KafkaError::from_creation)?;
        metadata::fetch(&Arc::new(probe), None, &settings.bootstrap_servers).await?;
        let client: BaseConsumer<Context> =
            config.create_with_context(context()).map_err(KafkaError::from_creation)?;
        Ok(Self {
            client: Arc::new(Mutex::new(client)),
            bootstrap_servers: settings.bootstrap_servers.clone(),
        })
    }

    /// The partitions of a topic; none where there is no such topic.
    ///
    /// # Errors
    ///
    /// When the cluster does not say.
    pub async fn partitions(&self, topic: &str) -> Result<Option<Vec<i32>>, KafkaError> {
        let name = topic.to_owned();
        let found = self
            .run(move |client| {
                let metadata = client.fetch_metadata(Some(&name), ANSWER_TIMEOUT)?;
                let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == name) else {
                    return Ok(None);
                };
                match topic.error().map(RDKafkaErrorCode::from) {
                    None => Ok(Some(topic.partitions().iter().map(|partition| partition.id()).collect())),
                    Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::InvalidTopic) => {
                        Ok(None)
                    }
                    Some(code) => Err(ClientError::MetadataFetch(code)),
                }
            })
            .await;
        found.map_err(|source| self.error(topic, source))
    }

    /// All topics and their partitions, but for Kafka's own.
    ///
    /// # Errors
    ///
    /// When the cluster does not say.
    pub async fn all(&self) -> Result<BTreeMap<String, Vec<i32>>, KafkaError> {
        let found = self.run(|client| {
            let metadata = client.fetch_metadata(None, ANSWER_TIMEOUT)?;
            let topics = metadata.topics().iter().filter(|topic| !topic.name().starts_with("__"));
            Ok(topics
                .map(|topic| {
                    let partitions = topic.partitions().iter().map(|partition| partition.id());
                    (topic.name().to_owned(), partitions.collect())
                })
                .collect())
        });
        found.await.map_err(|source| self.error("__consumer_offsets", source))
    }

    /// Where a partition begins and ends.
    ///
    /// # Errors
    ///
    /// When the cluster does not say.
    pub async fn watermarks(&self, topic: &str, partition: i32) -> Result<Watermarks, KafkaError> {
        let name = topic.to_owned();
        let found = self.run(move |client| client.fetch_watermarks(&name, partition, ANSWER_TIMEOUT)).await;
        let (low, high) = found.map_err(|source| self.error(topic, source))?;
        Ok(Watermarks { low, high })
    }

    /// What the group has committed, by partition: the offset that it reads next.
    ///
    /// # Errors
    ///
    /// When the group's coordinator does not say.
    pub async fn committed(&self, topic: &str, partitions: &[i32]) -> Result<BTreeMap<i32, i64>, KafkaError> {
        let (name, partitions) = (topic.to_owned(), partitions.to_owned());
        let committed = self
            .run(move |client| {
                let mut list = TopicPartitionList::with_capacity(partitions.len());
                for partition in partitions {
                    list.add_partition(&name, partition);
                }
                let asked = Instant::now();
                loop {
                    match client.committed_offsets(list.clone(), ANSWER_TIMEOUT) {
                        // A coordinator that is not chosen or not loaded yet says so, for some seconds.
                        Err(error) if is_transient(&error) && asked.elapsed() < ANSWER_TIMEOUT => {
                            std::thread::sleep(Duration::from_millis(100));
                        }
                        answer => return answer,
                    }
                }
            })
            .await
            .map_err(|source| self.error(topic, source))?;
        let offsets = committed.elements().into_iter().filter_map(|element| match element.offset() {
            Offset::Offset(offset) => Some((element.partition(), offset)),
            _ => None,
        });
        Ok(offsets.collect())
    }

    /// Which offsets of these ranges have a record that a consumer sees: not what compaction took away, not what was
    /// aborted, not the marks of transactions.
    ///
    /// `seen` is called for each of them. Ranges are ascending and within the partition's watermarks.
    ///
    /// # Errors
    ///
    /// When the partition cannot be read to the end of the last range.
    pub async fn read(
        &self,
        topic: &str,
        partition: i32,
        ranges: Vec<RangeInclusive<i64>>,
        mut seen: impl FnMut(Standing) + Send + 'static,
    ) -> Result<(), KafkaError> {
        let name = topic.to_owned();
        self.run(move |client| {
            let mut reader = Reader::new(client, &name, partition);
            for range in ranges {
                reader.go_to(*range.start())?;
                reader.read_to(*range.end(), |message| {
                    if range.contains(&message.offset()) {
                        seen(Standing {
                            offset: message.offset(),
                            is_tombstone: message.payload().is_none(),
                        });
                    }
                })?;
            }
            reader.finish()
        })
        .await
        .map_err(|source| self.error(topic, source))
    }

    /// The identities of the records at these offsets; those that have no record are left out.
    ///
    /// Offsets are ascending and within the partition's watermarks.
    ///
    /// # Errors
    ///
    /// When the partition cannot be read to the last of them.
    pub async fn identities(
        &self,
        topic: &str,
        partition: i32,
        offsets: Vec<i64>,
    ) -> Result<BTreeMap<i64, Identity>, KafkaError> {
        let name = topic.to_owned();
        self.run(move |client| {
            let mut reader = Reader::new(client, &name, partition);
            let mut identities = BTreeMap::new();
            for offset in offsets {
                reader.go_to(offset)?;
                reader.read_to(offset, |message| {
                    if message.offset() == offset {
                        let timestamp_ms = message.timestamp().to_millis();
                        let identity = Identity::of_parts(timestamp_ms, message.key(), message.payload());
                        identities.insert(offset, identity);
                    }
                })?;
            }
            reader.finish()?;
            Ok(identities)
        })
        .await
        .map_err(|source| self.error(topic, source))
    }

    /// Asks where it may block.
    async fn run<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&BaseConsumer<Context>) -> KafkaResult<T> + Send + 'static,
    ) -> KafkaResult<T> {
        let client = Arc::clone(&self.client);
        let asked =
            tokio::task::spawn_blocking(move || ask(&client.lock().unwrap_or_else(PoisonError::into_inner)));
        asked.await.unwrap_or(Err(ClientError::Canceled))
    }

    fn error(&self, topic: &str, source: ClientError) -> KafkaError {
        if !is_unreachable(&source) {
            return KafkaError::Topic { topic: topic.to_owned(), source };
        }
        let client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        KafkaError::Unreachable {
            bootstrap_servers: self.bootstrap_servers.clone(),
            timeout: ANSWER_TIMEOUT,
            trouble: client.context().trouble(),
        }
    }
}

impl fmt::Debug for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topics").field("bootstrap_servers", &self.bootstrap_servers).finish_non_exhaustive()
    }
}

/// Reads a partition forward.
struct Reader<'c> {
    client: &'c BaseConsumer<Context>,
    topic: &'c str,
    partition: i32,
    /// The offset that comes next, once there is one.
    next: Option<i64>,
    /// Whether there is nothing more, for now.
    at_end: bool,
}

impl<'c> Reader<'c> {
    fn new(client: &'c BaseConsumer<Context>, topic: &'c str, partition: i32) -> Self {
        Self { client, topic, partition, next: None, at_end: false }
    }

    /// Goes on at an offset, unless reading on comes there soon.
    fn go_to(&mut self, offset: i64) -> KafkaResult<()> {
        let reads_on =
            self.next.is_some_and(|next| self.at_end || (next..next + WORTH_READING_ON).contains(&offset));
        if reads_on {
            return Ok(());
        }
        let mut list = TopicPartitionList::with_capacity(1);
        list.add_partition_offset(self.topic, self.partition, Offset::Offset(offset))?;
        self.client.assign(&list)?;
        self.next = Some(offset);
        Ok(())
    }

    /// Reads until what comes next is beyond an offset.
    fn read_to(
        &mut self,
        offset: i64,
        mut read: impl FnMut(&rdkafka::message::BorrowedMessage<'_>),
    ) -> KafkaResult<()> {
        let mut heard = Instant::now();
        while !self.at_end && self.next.is_some_and(|next| next <= offset) {
            match self.client.poll(Duration::from_millis(100)) {
                None if heard.elapsed() > SILENCE_TIMEOUT => {
                    return Err(ClientError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut));
                }
                None => {}
                Some(Ok(message)) => {
                    heard = Instant::now();
                    self.next = Some(message.offset() + 1);
                    read(&message);
                }
                Some(Err(ClientError::PartitionEOF(partition))) if partition == self.partition => {
                    self.at_end = true;
                }
                Some(Err(error)) if is_transient(&error) || is_unreachable(&error) => {
                    tracing::info!(%error, topic = self.topic, "Kafka is asked again");
                }
                Some(Err(error)) => return Err(error),
            }
        }
        Ok(())
    }

    fn finish(self) -> KafkaResult<()> {
        self.client.unassign()
    }
}

fn config(settings: &TopicsSettings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("client.id", "landfall-audit")
        // What retention took away while we read is not worth an error.
        .set("auto.offset.reset", "earliest")
        .set("queued.max.messages.kbytes", "32768")
        // An end that is asked for is answered at once.
        .set("fetch.wait.max.ms", "10");
    for (name, value) in &settings.properties {
        config.set(name, value);
    }
    config
        .set("bootstrap.servers", &settings.bootstrap_servers)
        // Needed to ask for committed offsets; a partition that is assigned by hand joins no group.
        .set("group.id", settings.group.as_deref().unwrap_or("landfall-audit"))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true")
        // As the mapping of this workbench reads, and as a sink must: what was aborted is no data.
        .set("isolation.level", "read_committed");
    config
}

fn is_transient(error: &ClientError) -> bool {
    use RDKafkaErrorCode::{
        CoordinatorLoadInProgress, CoordinatorNotAvailable, LeaderNotAvailable, NotCoordinator,
        NotLeaderForPartition,
    };
    matches!(
        error.rdkafka_error_code(),
        Some(
            CoordinatorLoadInProgress
                | CoordinatorNotAvailable
                | LeaderNotAvailable
                | NotCoordinator
                | NotLeaderForPartition
        )
    )
}
