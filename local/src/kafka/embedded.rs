//! A Kafka in this process.

use super::error::KafkaError;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use std::fmt;

/// One broker on loopback that keeps its records in memory; gone when dropped.
pub struct EmbeddedKafka {
    cluster: MockCluster<'static, DefaultProducerContext>,
    bootstrap_servers: String,
}

impl EmbeddedKafka {
    /// Starts a broker on a free port.
    ///
    /// # Errors
    ///
    /// When it cannot listen.
    pub fn start() -> Result<Self, KafkaError> {
        let cluster = MockCluster::new(1).map_err(|source| KafkaError::Embedded { verb: "start", source })?;
        let bootstrap_servers = cluster.bootstrap_servers();
        Ok(Self { cluster, bootstrap_servers })
    }

    /// Makes a topic.
    ///
    /// # Errors
    ///
    /// When the name cannot be a topic's, or is taken.
    pub fn create_topic(&self, topic: &str, partitions: i32) -> Result<(), KafkaError> {
        // The broker's admin interface knows no CreateTopics: clients that try it wait for nothing.
        self.cluster
            .create_topic(topic, partitions, 1)
            .map_err(|source| KafkaError::Embedded { verb: "make a topic", source })
    }

    /// Where clients connect.
    pub fn bootstrap_servers(&self) -> &str {
        &self.bootstrap_servers
    }
}

impl fmt::Debug for EmbeddedKafka {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedKafka")
            .field("bootstrap_servers", &self.bootstrap_servers)
            .finish_non_exhaustive()
    }
}
