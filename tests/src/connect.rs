//! Kafka Connect with the plugin that `make plugin` builds: Debezium's connector for MySQL, and the converters to Avro.

use crate::apicurio::Apicurio;
use crate::kafka::Kafka;
use crate::moto::{self, Moto};
use crate::mysql::{MySql, PASSWORD, USER};
use crate::server::{Ready, Server};
use crate::tools;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Small and quick to start: the tests measure nothing here.
const JVM: [&str; 3] = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/// How long a connector may take until it runs.
const CONNECTOR_TIMEOUT: Duration = Duration::from_secs(60);

/// Each connector is another of the server's replicas.
static NEXT_SERVER_ID: AtomicU32 = AtomicU32::new(5_400);

const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const CONFLUENT: &str = "io.apicurio.registry.utils.converter.AvroConverter";
const GLUE: &str = "com.amazonaws.services.schemaregistry.kafkaconnect.AWSKafkaAvroConverter";

const SETTINGS: &str = "connect.properties";

/// A running worker of Kafka Connect; killed when dropped.
#[derive(Debug)]
pub struct Connect {
    server: Server,
    port: u16,
}

/// How a connector writes keys and values.
#[derive(Debug, Clone, Copy)]
pub enum Wire<'a> {
    /// Avro in Confluent's frame.
    Confluent(&'a Apicurio),
    /// Avro in Glue's frame.
    Glue(&'a Moto),
    /// JSON in Connect's envelope of schema and payload.
    JsonWithSchema,
    /// JSON alone.
    Json,
}

impl Connect {
    /// Starts it.
    pub fn start(kafka: &Kafka) -> Self {
        let (server, [port]) = Server::start(
            "connect",
            Ready::Line("REST resources initialized; server is started and ready"),
            |line, folder, [port]| {
                let text = properties(kafka, *port);
                fs::write(folder.join(SETTINGS), text).expect("the settings can be written");
                command(line, folder);
            },
        );
        Self { server, port }
    }

    /// Ends it as SIGKILL does, and starts it again; its connectors go on.
    ///
    /// # Panics
    ///
    /// When it does not start within minutes.
    pub fn kill_and_start_again(&mut self) {
        self.server.kill();
        self.server.start_again(command);
        self.server.wait_until_ready();
    }

    /// Starts a connector of this name, which is also what its topics begin with, that captures a database of MySQL's
    /// to Kafka; and waits until it runs.
    ///
    /// # Panics
    ///
    /// When Connect refuses it, or its task fails.
    pub async fn capture(&self, name: &str, from: (&MySql, &str), to: (&Kafka, Wire<'_>)) {
        self.run(name, &config(name, from, to)).await;
    }

    /// Starts a connector of this name with these settings, and waits until it runs.
    ///
    /// # Panics
    ///
    /// When Connect refuses it, or its task fails.
    pub async fn run(&self, name: &str, config: &Value) {
        let made = self.create(name, config).await;
        assert!(made["error_code"].is_null(), "Connect refuses the connector: {made}");
        let started = Instant::now();
        loop {
            let status = self.status(name).await;
            let state = status["tasks"][0]["state"].as_str().or(status["connector"]["state"].as_str());
            match state {
                Some("RUNNING") if !status["tasks"][0].is_null() => return,
                Some("FAILED") => panic!("the connector fails: {status}"),
                _ => {}
            }
            assert!(started.elapsed() < CONNECTOR_TIMEOUT, "the connector does not run: {status}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Connect {
    /// Why a connector's task has failed: the trace of what it has thrown. None while it runs.
    ///
    /// # Panics
    ///
    /// When Connect does not answer.
    pub async fn failure(&self, name: &str) -> Option<String> {
        let status = self.status(name).await;
        let task = &status["tasks"][0];
        (task["state"] == "FAILED").then(|| task["trace"].as_str().unwrap_or_default().to_owned())
    }

    /// The same, after waiting for it.
    ///
    /// # Panics
    ///
    /// When the task does not fail.
    pub async fn wait_for_failure(&self, name: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(trace) = self.failure(name).await {
                return trace;
            }
            assert!(started.elapsed() < CONNECTOR_TIMEOUT, "the connector {name} does not fail");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Starts a connector's tasks that have failed again; or not, where Connect is just giving its connectors to its
    /// workers.
    ///
    /// # Panics
    ///
    /// When Connect refuses.
    pub async fn restart(&self, name: &str) {
        const CONFLICT: u64 = 409;
        let path = format!("/connectors/{name}/restart?includeTasks=true&onlyFailed=true");
        let answer = self.ask(Method::POST, &path, &Value::Null).await;
        let error = answer["error_code"].as_u64();
        assert!(error.is_none_or(|error| error == CONFLICT), "Connect does not start the tasks: {answer}");
    }

    /// Asks it for a connector of these settings, and gives its answer, which may be a refusal.
    pub async fn create(&self, name: &str, config: &Value) -> Value {
        self.ask(Method::POST, "/connectors", &json!({ "name": name, "config": config })).await
    }

    /// What a connector's own validation finds wrong with its settings, one sentence a line.
    pub async fn validate(&self, config: &Value) -> String {
        let class = config["connector.class"].as_str().expect("a connector has a class");
        let path = format!("/connector-plugins/{class}/config/validate");
        let answer = self.ask(Method::PUT, &path, config).await;
        let settings = answer["configs"].as_array().unwrap_or_else(|| panic!("no validation: {answer}"));
        let errors = settings.iter().filter_map(|setting| setting["value"]["errors"].as_array()).flatten();
        let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
        errors.join("\n")
    }

    /// The state of a connector and its tasks.
    pub async fn status(&self, name: &str) -> Value {
        self.ask(Method::GET, &format!("/connectors/{name}/status"), &Value::Null).await
    }

    /// Where a connector has come to, by its source; empty before its first commit.
    pub async fn offsets(&self, name: &str) -> Value {
        self.ask(Method::GET, &format!("/connectors/{name}/offsets"), &Value::Null).await["offsets"].take()
    }

    /// Ends a connector's tasks, after they have committed, and keeps their offsets.
    pub async fn stop(&self, name: &str) {
        self.ask(Method::PUT, &format!("/connectors/{name}/stop"), &Value::Null).await;
        while self.status(name).await["connector"]["state"] != "STOPPED" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Starts a connector again that was stopped.
    pub async fn resume(&self, name: &str) {
        self.ask(Method::PUT, &format!("/connectors/{name}/resume"), &Value::Null).await;
    }

    /// What it has written until now.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// Asks its REST API; an answer without a body is null.
    async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.expect("Connect listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("Connect speaks HTTP");
        let exchange = async {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(HOST, format!("127.0.0.1:{}", self.port))
                .header(CONTENT_TYPE, "application/json")
                .body(Full::new(Bytes::from(body)))
                .expect("the request is one");
            let response = sender.send_request(request).await.expect("Connect answers");
            response.into_body().collect().await.expect("an answer comes whole").to_bytes()
        };
        let answer = tokio::select! {
            answer = exchange => answer,
            _ = connection => panic!("Connect hangs up"),
        };
        if answer.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&answer).unwrap_or_else(|error| {
            panic!("{path} answers {:?}: {error}", String::from_utf8_lossy(&answer));
        })
    }
}

/// The settings of a connector of this name, which is also what its topics begin with, from a database of MySQL's to
/// Kafka.
pub fn config(name: &str, (mysql, database): (&MySql, &str), (kafka, wire): (&Kafka, Wire<'_>)) -> Value {
    let mut config = json!({
        "connector.class": "io.debezium.connector.mysql.MySqlConnector",
        "tasks.max": "1",
        "database.hostname": "127.0.0.1",
        "database.port": mysql.port().to_string(),
        "database.user": USER,
        "database.password": PASSWORD,
        "database.server.id": NEXT_SERVER_ID.fetch_add(1, Ordering::Relaxed).to_string(),
        "database.include.list": database,
        "topic.prefix": name,
        "topic.creation.default.replication.factor": "1",
        "topic.creation.default.partitions": "2",
        "schema.history.internal.kafka.bootstrap.servers": kafka.bootstrap_server(),
        "schema.history.internal.kafka.topic": format!("{name}.history"),
        // Truncates too.
        "skipped.operations": "none",
        // Else the largest number arrives as -1.
        "bigint.unsigned.handling.mode": "precise",
        // Names that Avro takes, on every way.
        "schema.name.adjustment.mode": "avro",
        "field.name.adjustment.mode": "avro",
        "provide.transaction.metadata": "true",
        "heartbeat.interval.ms": "1000",
        // How soon it looks whether MySQL is there again, and how long it waits until it tries again.
        "connect.keep.alive.interval.ms": "1000",
        "retriable.restart.connector.wait.ms": "500",
    });
    let mut set = |name: &str, value: &str| config[name] = value.into();
    match wire {
        Wire::Confluent(apicurio) => {
            for side in ["key", "value"] {
                set(&format!("{side}.converter"), CONFLUENT);
                let url = format!("{}/apis/registry/v2", apicurio.endpoint());
                set(&format!("{side}.converter.apicurio.registry.url"), &url);
                for (name, value) in [
                    ("auto-register", "true"),
                    ("find-latest", "true"),
                    ("headers.enabled", "false"),
                    ("as-confluent", "true"),
                    ("use-id", "contentId"),
                ] {
                    set(&format!("{side}.converter.apicurio.registry.{name}"), value);
                }
            }
        }
        Wire::Glue(moto) => {
            for side in ["key", "value"] {
                set(&format!("{side}.converter"), GLUE);
                for (name, value) in [
                    ("endpoint", moto.endpoint()),
                    ("region", moto::REGION),
                    ("registry.name", moto::REGISTRY),
                    ("schemaAutoRegistrationEnabled", "true"),
                    ("avroRecordType", "GENERIC_RECORD"),
                    // Key and value are versions of one schema.
                    ("compatibility", "NONE"),
                    ("compression", "ZLIB"),
                ] {
                    set(&format!("{side}.converter.{name}"), value);
                }
            }
        }
        Wire::JsonWithSchema | Wire::Json => {
            let enable = matches!(wire, Wire::JsonWithSchema).to_string();
            for side in ["key", "value"] {
                set(&format!("{side}.converter"), JSON);
                set(&format!("{side}.converter.schemas.enable"), &enable);
            }
        }
    }
    config
}

fn command(line: &mut Command, folder: &Path) {
    let log4j = tools::root().join("tests/tools/kafka/log4j2.xml");
    line.arg("java")
        .args(JVM)
        .arg(format!("-Dlog4j2.configurationFile={}", log4j.display()))
        .arg("-cp")
        .arg(tools::connect_jars().join("*"))
        .arg("org.apache.kafka.connect.cli.ConnectDistributed")
        .arg(folder.join(SETTINGS))
        // What the converter for Glue signs its requests with.
        .envs(moto::KEYS);
}

fn properties(kafka: &Kafka, port: u16) -> String {
    format!(
        "bootstrap.servers={}
group.id=connect
listeners=http://127.0.0.1:{port}
config.storage.topic=connect-configs
config.storage.replication.factor=1
offset.storage.topic=connect-offsets
offset.storage.replication.factor=1
offset.storage.partitions=1
status.storage.topic=connect-status
status.storage.replication.factor=1
status.storage.partitions=1
key.converter={JSON}
value.converter={JSON}
plugin.path={}
plugin.discovery=hybrid_warn
offset.flush.interval.ms=1000
# A worker that was killed is missed after seconds, and nothing waits for it.
session.timeout.ms=3000
heartbeat.interval.ms=500
scheduled.rebalance.max.delay.ms=0
",
        kafka.bootstrap_server(),
        tools::connect_plugins().display()
    )
}
