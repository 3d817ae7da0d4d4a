//! Kafka Connect with Debezium's connector for MySQL, and Apicurio's converter to Avro.

use crate::apicurio::Apicurio;
use crate::kafka::Kafka;
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
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Small and quick to start: the tests measure nothing here.
const JVM: [&str; 3] = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/// How long a connector may take until it runs.
const CONNECTOR_TIMEOUT: Duration = Duration::from_secs(60);

const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const AVRO: &str = "io.apicurio.registry.utils.converter.AvroConverter";

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
    Avro(&'a Apicurio),
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
                let settings = folder.join("connect.properties");
                fs::write(&settings, properties(kafka, *port)).expect("the settings can be written");
                let log4j = tools::root().join("tests/tools/kafka/log4j2.xml");
                line.arg("java")
                    .args(JVM)
                    .arg(format!("-Dlog4j2.configurationFile={}", log4j.display()))
                    .arg("-cp")
                    .arg(tools::connect_jars().join("*"))
                    .arg("org.apache.kafka.connect.cli.ConnectDistributed")
                    .arg(settings);
            },
        );
        Self { server, port }
    }

    /// Starts a connector of this name, which is also what its topics begin with, that captures a database of MySQL's
    /// to Kafka; and waits until it runs.
    ///
    /// # Panics
    ///
    /// When Connect refuses it, or its task fails.
    pub async fn capture(&self, name: &str, from: (&MySql, &str), to: (&Kafka, Wire<'_>)) {
        let config = config(name, from, to);
        let made = self.ask(Method::POST, "/connectors", &json!({ "name": name, "config": config })).await;
        assert!(made["error_code"].is_null(), "Connect refuses the connector: {made}");
        let started = Instant::now();
        loop {
            let status = self.ask(Method::GET, &format!("/connectors/{name}/status"), &Value::Null).await;
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

    /// What a connector's task has said when it failed, after waiting for that.
    ///
    /// # Panics
    ///
    /// When it does not fail.
    pub async fn failure(&self, name: &str) -> String {
        let started = Instant::now();
        loop {
            let status = self.status(name).await;
            if status["tasks"][0]["state"] == "FAILED" {
                return status["tasks"][0]["trace"].as_str().expect("a failure has a trace").to_owned();
            }
            assert!(started.elapsed() < CONNECTOR_TIMEOUT, "the connector does not fail: {status}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
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
        // Among the server's replicas; one connector each.
        "database.server.id": (5_400 + name.len()).to_string(),
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
        "provide.transaction.metadata": "true",
        "heartbeat.interval.ms": "1000",
    });
    let mut set = |name: &str, value: &str| config[name] = value.into();
    match wire {
        Wire::Avro(apicurio) => {
            set("schema.name.adjustment.mode", "avro");
            set("field.name.adjustment.mode", "avro");
            for side in ["key", "value"] {
                set(&format!("{side}.converter"), AVRO);
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
",
        kafka.bootstrap_server(),
        tools::connect_plugins().display()
    )
}
