//! Clients say who they are in every way that an event source mapping knows; who is not let in is told why.

use end_to_end::certificates::{Certificates, KEY_PASSWORD};
use end_to_end::secure_kafka::{Listener, PASSWORD, SecureKafka, USER};
use end_to_end::tools;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TOPIC: &str = "tracking.log";

/// What a client is told, beyond the topic and where to begin.
struct Client {
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
    folder: TempDir,
}

impl Client {
    fn at(bootstrap_server: &str) -> Self {
        let arguments = vec!["--bootstrap-server".to_owned(), bootstrap_server.to_owned()];
        Self { arguments, variables: Vec::new(), folder: tempfile::tempdir().expect("a folder can be made") }
    }

    fn of(kafka: &SecureKafka, listener: Listener) -> Self {
        Self::at(&kafka.bootstrap_server(listener))
    }

    fn with(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.arguments.extend([name.to_owned(), value.as_ref().display().to_string()]);
        self
    }

    fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    fn trusting(self, certificates: &Certificates) -> Self {
        self.with("--server-root-ca-certificate", certificates.authority())
    }

    fn user(self, authentication: &str, password: &str) -> Self {
        let file = self.folder.path().join("password");
        fs::write(&file, format!("{password}\n")).expect("a file can be written");
        self.with("--authentication", authentication)
            .with("--sasl-username", USER)
            .with("--sasl-password-file", file)
    }

    fn certificate(self, certificate: &Path, key: &Path) -> Self {
        self.with("--authentication", "CLIENT_CERTIFICATE_TLS_AUTH")
            .with("--client-certificate", certificate)
            .with("--client-key", key)
    }

    /// Polls the topic until the function has all of it.
    fn poll(&self) -> Output {
        let mut line = Command::new(tools::binary("landfall"));
        line.args(["poll", "--topic", TOPIC, "--until-caught-up", "--function"])
            .arg(tools::binary("json-sink"))
            .arg("--dir")
            .arg(self.folder.path().join("objects"))
            .args(["--group", &format!("group-{}", fastrand::u64(..))])
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (*name, value)));
        line.output().expect("landfall can be started")
    }

    #[track_caller]
    fn gets_in(&self) {
        let output = self.poll();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{:?}\n{err}", self.arguments);
        assert!(out.starts_with("1 records delivered") || out.contains("1 record"), "{out}{err}");
        let object = "objects/landfall/topics/tracking.log/partition=0/tracking.log+0+0000000000.json";
        let body = fs::read_to_string(self.folder.path().join(object)).expect("the record has landed");
        assert_eq!(body, "{\"n\":1}\n");
    }

    /// One sentence says what is wrong, in seconds, without the password and without a stack trace.
    #[track_caller]
    fn is_told(&self, expected: &str) {
        let started = Instant::now();
        let output = self.poll();
        let err = text(&output.stderr);
        let said = err.lines().last().unwrap_or_default();
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(said.contains(expected), "{expected:?} is not in: {err}");
        assert!(said.starts_with("landfall: "), "{err}");
        assert!(!err.contains(PASSWORD) && !err.contains("wrong one"), "{err}");
        assert!(!err.contains("panicked") && !err.contains("backtrace"), "{err}");
        assert!(started.elapsed() < Duration::from_secs(20), "it took {:?}", started.elapsed());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn kafka_with_a_record() -> SecureKafka {
    let kafka = SecureKafka::start();
    kafka.open().create_topic(TOPIC, 1).await;
    let producer: FutureProducer = kafka.open().client().create().expect("a producer can be made");
    let record = FutureRecord::to(TOPIC).key("anna").payload("{\"n\":1}");
    producer.send(record, Duration::from_secs(30)).await.expect("the record is taken");
    kafka
}

#[tokio::test]
async fn every_way_in_works() {
    let kafka = kafka_with_a_record().await;
    let certificates = kafka.certificates();
    for authentication in ["BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH"] {
        Client::of(&kafka, Listener::SaslTls).trusting(certificates).user(authentication, PASSWORD).gets_in();
    }
    Client::of(&kafka, Listener::SaslPlaintext)
        .user("SASL_SCRAM_512_AUTH", PASSWORD)
        .with("--transport", "PLAINTEXT")
        .gets_in();
    Client::of(&kafka, Listener::SaslPlaintext)
        .with("--authentication", "BASIC_AUTH")
        .with("--transport", "PLAINTEXT")
        .variable("LANDFALL_SASL_USERNAME", USER)
        .variable("LANDFALL_SASL_PASSWORD", PASSWORD)
        .gets_in();
    Client::of(&kafka, Listener::Tls).trusting(certificates).gets_in();
    Client::of(&kafka, Listener::MutualTls)
        .trusting(certificates)
        .certificate(&certificates.client(), &certificates.client_key())
        .gets_in();
    Client::of(&kafka, Listener::MutualTls)
        .trusting(certificates)
        .certificate(&certificates.client(), &certificates.locked_client_key())
        .variable("LANDFALL_CLIENT_KEY_PASSWORD", KEY_PASSWORD)
        .gets_in();
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why() {
    let kafka = kafka_with_a_record().await;
    let certificates = kafka.certificates();
    let others = Certificates::new();
    let wrong_user = "does not accept the credentials (check user, password and mechanism): ";
    for authentication in ["BASIC_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH"] {
        Client::of(&kafka, Listener::SaslTls)
            .trusting(certificates)
            .user(authentication, "wrong one")
            .is_told(wrong_user);
    }
    Client::of(&kafka, Listener::SaslPlaintext)
        .user("BASIC_AUTH", "wrong one")
        .with("--transport", "PLAINTEXT")
        .is_told(wrong_user);

    let untrusted =
        "the broker's certificate is not trusted (check the root CA certificate and the name of the host): ";
    Client::of(&kafka, Listener::SaslTls)
        .trusting(&others)
        .user("SASL_SCRAM_512_AUTH", PASSWORD)
        .is_told(untrusted);
    Client::of(&kafka, Listener::Tls).with("--transport", "TLS").is_told(untrusted);
    let localhost = format!("localhost:{}", kafka.port(Listener::Tls));
    Client::at(&localhost).trusting(certificates).is_told(untrusted);

    let no_certificate = "the broker does not accept the client's certificate, or misses one: ";
    Client::of(&kafka, Listener::MutualTls).trusting(certificates).is_told(no_certificate);
    Client::of(&kafka, Listener::MutualTls)
        .trusting(certificates)
        .certificate(&others.client(), &others.client_key())
        .is_told(no_certificate);

    Client::of(&kafka, Listener::Tls).is_told("it may be a port for TLS: ");
    Client::at(kafka.open().bootstrap_server())
        .trusting(certificates)
        .is_told("it may be a port without TLS: ");
    Client::of(&kafka, Listener::SaslPlaintext)
        .is_told("it may be a port for clients that say who they are: ");
}

#[test]
fn what_cannot_be_asked_is_named() {
    Client::at("no-such-host.invalid:9092").is_told("check the name of the host: ");
    Client::at("127.0.0.1:1").is_told("no Kafka broker answers at 127.0.0.1:1 within 5 s: ");
    let certificates = Certificates::new();
    Client::at("127.0.0.1:1")
        .with("--server-root-ca-certificate", "no.pem")
        .is_told("cannot read no.pem: No such file or directory");
    Client::at("127.0.0.1:1")
        .with("--server-root-ca-certificate", certificates.client_key())
        .is_told("client-key.pem holds no certificate in PEM");
    Client::at("127.0.0.1:1")
        .certificate(&certificates.client(), &certificates.locked_client_key())
        .is_told("locked-client-key.pem is encrypted: its password is needed");
    Client::at("127.0.0.1:1")
        .certificate(&certificates.client(), &Certificates::new().client_key())
        .is_told("the client's certificate cannot be used: its private key may be another: ");
    Client::at("127.0.0.1:1")
        .certificate(&certificates.client(), &certificates.locked_client_key())
        .variable("LANDFALL_CLIENT_KEY_PASSWORD", "wrong one")
        .is_told("the client's private key cannot be used: its password may be another: ");
}
