//! A producer's connection to Kafka, which counts what was acknowledged.

use super::record::Record;
use super::{Kind, PAUSE, Producer, TOPIC};
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How long a call to the transaction's coordinator may take before it is made again.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Counts deliveries.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    pub(super) acknowledged: AtomicU64,
    pub(super) failed: AtomicU64,
}

pub(super) type Client = ThreadedProducer<Deliveries>;

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let count = if result.is_ok() { &self.acknowledged } else { &self.failed };
        count.fetch_add(1, Relaxed);
    }
}

/// A new client of the producer's kind.
pub(super) fn connect(producer: &Producer) -> Client {
    let mut config = producer.client.clone();
    config
        .set("linger.ms", "20")
        // For ever: brokers that are down come back.
        .set("message.timeout.ms", "0")
        .set("message.max.bytes", "2000000")
        .set("acks", "all");
    let (compression, idempotence) = match producer.kind {
        Kind::Idempotent => ("lz4", "true"),
        Kind::Transactional => ("zstd", "true"),
        Kind::Keyless => ("gzip", "false"),
        Kind::Large => ("none", "true"),
    };
    config.set("compression.codec", compression).set("enable.idempotence", idempotence);
    if producer.kind == Kind::Transactional {
        // A transaction's records must not expire while it is open.
        config.set("transactional.id", "chaos").set("transaction.timeout.ms", "20000");
        config.remove("message.timeout.ms");
    }
    config.create_with_context(Deliveries::default()).expect("a producer can be made")
}

/// Sends a record; waits while the queue is full.
pub(super) fn send(client: &Client, record: &Record) -> Result<(), KafkaError> {
    let mut next = BaseRecord::<str, [u8]>::to(TOPIC).timestamp(record.timestamp_ms);
    next.key = record.key.as_deref();
    next.payload = record.value.as_deref();
    loop {
        match client.send(next) {
            Ok(()) => return Ok(()),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), unsent)) => {
                next = unsent;
                std::thread::sleep(PAUSE);
            }
            Err((error, _)) => return Err(error),
        }
    }
}

/// Whether nothing more can be sent through it.
pub(super) fn is_broken(client: &Client) -> bool {
    client.client().fatal_error().is_some()
}
