//! What goes wrong between us and Kafka.

use super::trouble::Trouble;
use rdkafka::error::KafkaError as ClientError;
use std::fmt;
use std::time::Duration;

/// Kafka, or the way to it, fails for good.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KafkaError {
    /// A client property is unknown or has a value that it cannot have.
    #[error("the Kafka client property {name}={value} cannot be used: {reason}")]
    Property {
        /// The property.
        name: String,
        /// Its value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The client could not be made.
    #[error("the Kafka client cannot be made")]
    Client(#[source] ClientError),
    /// A file of TLS is not what it should be.
    #[error("{what} cannot be used{hint}")]
    Tls {
        /// What it is.
        what: &'static str,
        /// What to check, behind a colon, or nothing.
        hint: &'static str,
        /// What OpenSSL said.
        source: ClientError,
    },
    /// No broker answered.
    #[error("no Kafka broker answers at {bootstrap_servers} within {} s{}", timeout.as_secs(), after_colon(trouble.as_ref()))]
    Unreachable {
        /// Where.
        bootstrap_servers: String,
        /// How long we waited.
        timeout: Duration,
        /// What stands in the way, where the client knows.
        trouble: Option<Trouble>,
    },
    /// The brokers and this client don't understand each other.
    #[error("cannot talk to the Kafka brokers at {bootstrap_servers}: {trouble}")]
    Refused {
        /// Where.
        bootstrap_servers: String,
        /// What stands in the way.
        trouble: Trouble,
    },
    /// The brokers answered with an error.
    #[error("the Kafka brokers cannot be asked for their topics")]
    Metadata(#[source] ClientError),
    /// The topic does not exist.
    #[error("there is no topic {topic} at {bootstrap_servers}")]
    UnknownTopic {
        /// The topic.
        topic: String,
        /// Where.
        bootstrap_servers: String,
    },
    /// The topic cannot be read.
    #[error("topic {topic} cannot be read")]
    Topic {
        /// The topic.
        topic: String,
        /// What the brokers said.
        source: ClientError,
    },
    /// Records could not be written.
    #[error("records cannot be written to topic {topic}")]
    Produce {
        /// The topic.
        topic: String,
        /// What the client said.
        source: ClientError,
    },
    /// The embedded cluster failed.
    #[error("the embedded Kafka cannot {verb}")]
    Embedded {
        /// What was to be done.
        verb: &'static str,
        /// What the client said.
        source: ClientError,
    },
}

impl KafkaError {
    /// Tells a bad property from other reasons why there is no client.
    pub(crate) fn from_creation(error: ClientError) -> Self {
        match error {
            ClientError::ClientConfig(_, reason, name, value) => {
                // What librdkafka takes secrets from: sasl.password, ssl.key.password, ssl.key.pem …
                let is_secret = ["password", ".pem", "secret"].iter().any(|part| name.contains(part));
                let value = if is_secret { "…".to_owned() } else { value };
                Self::Property { name, value, reason }
            }
            source => match tls_file(&source.to_string()) {
                Some((what, hint)) => Self::Tls { what, hint, source },
                None => Self::Client(source),
            },
        }
    }
}

/// Which file librdkafka could not use: it names the property that the file's path is in.
fn tls_file(text: &str) -> Option<(&'static str, &'static str)> {
    if text.contains("key values mismatch") {
        Some(("the client's certificate", ": its private key may be another"))
    } else if text.contains("ssl.key.") {
        Some(("the client's private key", ": its password may be another"))
    } else if text.contains("ssl.certificate.") {
        Some(("the client's certificate", ""))
    } else if text.contains("ssl.ca.") {
        Some(("the root CA certificate", ""))
    } else {
        None
    }
}

fn after_colon(trouble: Option<&impl fmt::Display>) -> String {
    trouble.map(|trouble| format!(": {trouble}")).unwrap_or_default()
}
