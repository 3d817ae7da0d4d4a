//! A producer for the demo and for tests.

use super::error::KafkaError;
use rdkafka::ClientConfig;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use record::event::NewRecord;
use std::fmt;
use std::time::Duration;

/// How long a record may wait for room in the client's own queue.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);

/// Writes records to Kafka, each once and in order.
pub struct Producer {
    client: FutureProducer<Context>,
}

/// Where an acknowledgement comes from.
#[derive(Debug)]
struct Context;

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        super::context::log(level, facility, message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        tracing::info!(%error, reason, "librdkafka reports an error");
    }
}

impl Producer {
    /// Connects to a cluster.
    ///
    /// # Errors
    ///
    /// When the client cannot be made.
    pub fn connect(bootstrap_servers: &str) -> Result<Self, KafkaError> {
        let client = ClientConfig::new()
            .set("bootstrap.servers", bootstrap_servers)
            .set("client.id", "landfall")
            .set("enable.idempotence", "true")
            .set("linger.ms", "5")
            // What is too large is for the brokers to say.
            .set("message.max.bytes", "16777216")
            .create_with_context(Context)
            .map_err(KafkaError::from_creation)?;
        Ok(Self { client })
    }

    /// Writes a record and waits until the broker has it. The record's offset is ignored; the broker's is returned.
    ///
    /// # Errors
    ///
    /// When the broker does not take it.
    pub async fn send(&self, record: &NewRecord<'_>) -> Result<i64, KafkaError> {
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for (key, value) in &record.headers {
            headers = headers.insert(Header { key, value: *value });
        }
        let message = FutureRecord::<[u8], [u8]> {
            topic: record.topic,
            partition: Some(record.partition),
            payload: record.value,
            key: record.key,
            timestamp: Some(record.timestamp_ms).filter(|timestamp_ms| *timestamp_ms >= 0),
            headers: (!record.headers.is_empty()).then_some(headers),
        };
        match self.client.send(message, QUEUE_TIMEOUT).await {
            Ok(delivery) => Ok(delivery.offset),
            Err((source, _)) => Err(KafkaError::Produce { topic: record.topic.to_owned(), source }),
        }
    }
}

impl fmt::Debug for Producer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").finish_non_exhaustive()
    }
}
