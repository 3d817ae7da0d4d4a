//! Kafka, as the poller needs it: a consumer of one topic, and a small cluster for the demo.
//!
//! The client is librdkafka. The embedded cluster is its mock: brokers on loopback in this process
//! that other clients can talk to, with consumer groups and offsets, without a disk.

mod consumer;
mod context;
mod embedded;
mod error;
mod measures;
mod metadata;
mod position;
mod producer;
mod record;
mod security;
mod topic;
mod trouble;

pub use consumer::{Consumer, ConsumerSettings, Received};
pub use embedded::EmbeddedKafka;
pub use error::KafkaError;
pub use measures::{Extent, Measures};
pub use position::StartingPosition;
pub use producer::Producer;
pub use record::{OwnedTimestampType, Record};
pub use security::{Mechanism, Sasl, Secret, Security, SecurityError, TlsClient};
pub use topic::{Standing, Topics, TopicsSettings, Watermarks};
pub use trouble::{Trouble, TroubleKind};
