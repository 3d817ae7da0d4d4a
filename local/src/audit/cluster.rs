//! What Kafka says of the topics that are audited.

use super::names::TopicPartition;
use crate::kafka::{KafkaError, Topics, TopicsSettings, Watermarks};
use record::Identity;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Mutex;

/// Topics of a cluster, and how far a group had come before any object was looked at.
#[derive(Debug)]
pub struct Cluster {
    topics: Topics,
    group: Option<String>,
    partitions: BTreeMap<String, Vec<i32>>,
    committed: BTreeMap<(String, i32), i64>,
    /// The ends as they were when first asked for.
    watermarks: Mutex<BTreeMap<(String, i32), Watermarks>>,
}

impl Cluster {
    /// Asks for the topics, all of them where none is named, and for what the group has committed.
    ///
    /// # Errors
    ///
    /// When no broker answers, or a topic that is named does not exist.
    pub async fn ask(settings: &TopicsSettings, wanted: &BTreeSet<String>) -> Result<Self, KafkaError> {
        let topics = Topics::connect(settings).await?;
        let mut partitions = BTreeMap::new();
        if wanted.is_empty() {
            partitions = topics.all().await?;
        }
        for topic in wanted {
            let found = topics.partitions(topic).await?.ok_or_else(|| KafkaError::UnknownTopic {
                topic: topic.clone(),
                bootstrap_servers: settings.bootstrap_servers.clone(),
            })?;
            partitions.insert(topic.clone(), found);
        }
        let mut committed = BTreeMap::new();
        if settings.group.is_some() {
            for (topic, partitions) in &partitions {
                for (partition, offset) in topics.committed(topic, partitions).await? {
                    committed.insert((topic.clone(), partition), offset);
                }
            }
        }
        let (group, watermarks) = (settings.group.clone(), Mutex::default());
        Ok(Self { topics, group, partitions, committed, watermarks })
    }

    /// The client that asks.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// The consumer group.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The partitions of a topic; none where there is no such topic.
    pub fn partitions(&self, topic: &str) -> Option<&[i32]> {
        self.partitions.get(topic).map(Vec::as_slice)
    }

    /// What the group reads next in a partition.
    pub fn committed(&self, topic: &str, partition: i32) -> Option<i64> {
        self.committed.get(&(topic.to_owned(), partition)).copied()
    }

    /// The topics of which the group has committed something.
    pub fn committed_topics(&self) -> BTreeSet<&str> {
        self.committed.keys().map(|(topic, _)| topic.as_str()).collect()
    }

    /// The identity of the record that stands at an offset now; none where none does.
    ///
    /// # Errors
    ///
    /// When the partition cannot be read.
    pub async fn identity_at(
        &self,
        place: &TopicPartition,
        offset: i64,
    ) -> Result<Option<Identity>, KafkaError> {
        let TopicPartition { topic, partition, .. } = place;
        if !self.partitions(topic).is_some_and(|partitions| partitions.contains(partition)) {
            return Ok(None);
        }
        let Watermarks { low, high } = self.watermarks(topic, *partition).await?;
        if !(low..high).contains(&offset) {
            return Ok(None);
        }
        self.topics.identity_at(topic, *partition, offset).await
    }

    async fn watermarks(&self, topic: &str, partition: i32) -> Result<Watermarks, KafkaError> {
        let mut known = self.watermarks.lock().await;
        let key = (topic.to_owned(), partition);
        if let Some(watermarks) = known.get(&key) {
            return Ok(*watermarks);
        }
        let watermarks = self.topics.watermarks(topic, partition).await?;
        known.insert(key, watermarks);
        Ok(watermarks)
    }
}
