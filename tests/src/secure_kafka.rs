//! An Apache Kafka that lets in whom it knows: a listener for each way to say who one is.

use crate::certificates::Certificates;
use crate::kafka::{self, Kafka};
use std::path::Path;

/// The user that the brokers know.
pub const USER: &str = "anna";

/// The user's password.
pub const PASSWORD: &str = "s&cret and more";

/// A running Kafka; killed when dropped.
#[derive(Debug)]
pub struct SecureKafka {
    kafka: Kafka,
    certificates: Certificates,
    ports: [u16; 4],
}

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// SASL without TLS.
    SaslPlaintext,
    /// SASL over TLS.
    SaslTls,
    /// TLS, for everybody.
    Tls,
    /// TLS, for those with a certificate.
    MutualTls,
}

impl SecureKafka {
    /// Starts it.
    pub fn start() -> Self {
        let certificates = Certificates::new();
        let (kafka, ports) = Kafka::start_with(|ports| properties(&certificates, ports), &scram_users());
        Self { kafka, certificates, ports }
    }

    /// The same Kafka, through a listener without any security.
    pub fn open(&self) -> &Kafka {
        &self.kafka
    }

    /// Where clients of a listener start.
    pub fn bootstrap_server(&self, listener: Listener) -> String {
        format!("127.0.0.1:{}", self.port(listener))
    }

    /// The port of a listener.
    pub fn port(&self, listener: Listener) -> u16 {
        self.ports[listener as usize]
    }

    /// Whom the brokers and their clients trust.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }
}

/// Users as `StorageTool` takes them: SCRAM's are in the cluster's metadata from the start.
fn scram_users() -> Vec<String> {
    ["SCRAM-SHA-256", "SCRAM-SHA-512"]
        .iter()
        .map(|mechanism| format!("{mechanism}=[name={USER},password={PASSWORD},iterations=4096]"))
        .collect()
}

fn properties(certificates: &Certificates, ports: &[u16; 4]) -> kafka::Listeners {
    let [sasl_plaintext, sasl_tls, tls, mutual_tls] = ports;
    let of = |name: &str, port: &u16| format!("{name}://127.0.0.1:{port}");
    let listeners = [
        of("SASL_PLAINTEXT", sasl_plaintext),
        of("SASL_SSL", sasl_tls),
        of("SSL", tls),
        of("MUTUAL", mutual_tls),
    ];
    let mut properties = format!(
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,\
         SASL_SSL:SASL_SSL,SSL:SSL,MUTUAL:SSL
ssl.keystore.type=PEM
ssl.keystore.location={}
ssl.truststore.type=PEM
ssl.truststore.location={}
listener.name.mutual.ssl.client.auth=required
",
        shown(&certificates.server()),
        shown(&certificates.authority()),
    );
    for listener in ["sasl_plaintext", "sasl_ssl"] {
        let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
        let plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
        properties += &format!(
            "listener.name.{listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.{listener}.plain.sasl.jaas.config={plain} user_{USER}=\"{PASSWORD}\";
listener.name.{listener}.scram-sha-256.sasl.jaas.config={scram}
listener.name.{listener}.scram-sha-512.sasl.jaas.config={scram}
"
        );
    }
    kafka::Listeners { listeners: listeners.to_vec(), properties }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
