//! What Kafka says of the topics that are audited.

use super::names::TopicPartition;
use crate::kafka::{KafkaError, Topics, TopicsSettings, Watermarks};
use record::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// Topics of a cluster, and how far a group had come before any object was looked at.
#[derive(Debug)]
pub struct Cluster {
    topics: Topics,
    group: Option<String>,
    partitions: BTreeMap<String, Vec<i32>>,
    committed: BTreeMap<(String, i32), i64>,
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
        Ok(Self { topics, group: settings.group.clone(), partitions, committed })
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

    /// The identities of the records that stand at these offsets now; those that have no record are left out.
    ///
    /// # Errors
    ///
    /// When the partition cannot be read.
    pub async fn identities(
        &self,
        place: &TopicPartition,
        offsets: BTreeSet<i64>,
    ) -> Result<BTreeMap<i64, Identity>, KafkaError> {
        let TopicPartition { topic, partition, .. } = place;
        if !self.partitions(topic).is_some_and(|partitions| partitions.contains(partition)) {
            return Ok(BTreeMap::new());
        }
        let Watermarks { low, high } = self.topics.watermarks(topic, *partition).await?;
        let offsets = offsets.into_iter().filter(|offset| (low..high).contains(offset)).collect();
        self.topics.identities(topic, *partition, offsets).await
    }
}
