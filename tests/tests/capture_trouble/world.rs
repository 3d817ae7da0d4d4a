//! A database and its connectors, to be brought into trouble.

use end_to_end::apicurio::Apicurio;
use end_to_end::connect::{self, Connect, Wire};
use end_to_end::embedded::Embedded;
use end_to_end::kafka::Kafka;
use end_to_end::mysql::MySql;
use end_to_end::peers::Peers;
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::records::event_of_value;
use end_to_end::registry::{self, RegistryProxy};
use end_to_end::s3::S3;
use end_to_end::sink::Program;
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

/// The database that is captured.
pub(crate) const DATABASE: &str = "shop";

const BUCKET: &str = "lake";

/// How long something may take to be seen.
const LIMIT: Duration = Duration::from_secs(60);

/// A database and its connectors.
pub(crate) struct World {
    pub(crate) mysql: MySql,
    pub(crate) connect: Connect,
    apicurio: Apicurio,
    kafka: Kafka,
    peers: Peers,
}

impl World {
    /// Starts it.
    pub(crate) fn start() -> Self {
        thread::scope(|scope| {
            let mysql = scope.spawn(|| {
                let mysql = MySql::start();
                mysql.execute(&[
                    &format!("CREATE DATABASE {DATABASE}"),
                    &format!("CREATE TABLE {DATABASE}.orders (id INT PRIMARY KEY)"),
                    &format!("INSERT INTO {DATABASE}.orders VALUES (1)"),
                ]);
                mysql
            });
            let apicurio = scope.spawn(Apicurio::start);
            let kafka = Kafka::start();
            let connect = Connect::start(&kafka);
            let apicurio = apicurio.join().expect("Apicurio starts");
            Self {
                mysql: mysql.join().expect("MySQL starts"),
                connect,
                apicurio,
                kafka,
                peers: Peers::start(),
            }
        })
    }

    /// What Connect says when it refuses a connector with these settings, and what its validation says of them.
    pub(crate) async fn refused(&self, changes: &[(&str, &str)]) -> String {
        let config = self.config("refused", changes);
        let answer = self.connect.create("refused", &config).await;
        assert!(!answer["error_code"].is_null(), "it is not refused: {answer}");
        format!("{answer}\n{}", self.connect.validate(&config).await)
    }

    /// What a connector with these settings says when it fails.
    pub(crate) async fn failed(&self, name: &str, changes: &[(&str, &str)]) -> String {
        let answer = self.connect.create(name, &self.config(name, changes)).await;
        assert!(answer["error_code"].is_null(), "it is refused: {answer}");
        self.connect.wait_for_failure(name).await
    }

    /// Has the database captured, up to the first commit of an offset.
    pub(crate) async fn capture(&self, name: &str) {
        self.connect.capture(name, (&self.mysql, DATABASE), (&self.kafka, Wire::Json)).await;
        let started = Instant::now();
        // While a snapshot runs, the offset says so.
        loop {
            let offsets = self.connect.offsets(name).await;
            let offset = &offsets[0]["offset"];
            if offset.is_object() && offset["snapshot"].is_null() {
                return;
            }
            assert!(started.elapsed() < LIMIT, "the snapshot does not end: {offsets}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What is seen of a connector when the database goes away: its status, and what Connect logs.
    pub(crate) async fn desert(&mut self, name: &str) -> String {
        let before = self.connect.log().len();
        self.mysql.kill();
        let started = Instant::now();
        loop {
            let log = self.connect.log().split_off(before);
            if log.contains("Stopped reading binlog") {
                return format!("{}\n{log}", self.connect.status(name).await["tasks"]);
            }
            assert!(started.elapsed() < LIMIT, "nothing is logged: {log}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What a function logs whose registry is down when it starts; its record lands when the registry is up.
    pub(crate) async fn registry_down(&self) -> String {
        let topic = "orders.avro";
        let schema = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"int"}]}"#;
        let row = json!({ "id": 7 });
        let values =
            self.peers.serialize_avro(&self.apicurio.url(), topic, schema, std::slice::from_ref(&row));
        self.kafka.create_topic(topic, 1).await;
        let producer: FutureProducer = self.kafka.client().create().expect("a producer can be made");
        let record = FutureRecord::<(), _>::to(topic).payload(&values[0]);
        producer.send(record, LIMIT).await.expect("Kafka takes the record");

        // A port that was free a moment ago, and is nobody's yet.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        let url = format!("http://{address}/apis/ccompat/v7");
        let embedded = Embedded::start().await;
        let s3 = embedded.bucket(BUCKET);
        let poller = Poller::start(&PollerSettings {
            kafka: &self.kafka,
            topic,
            group: "lake",
            batch_size: 10,
            s3: &s3,
            bucket: BUCKET,
            program: Program::ParquetSink,
            function: &[("SCHEMA_REGISTRY_URL", &url)],
        });
        let started = Instant::now();
        while !poller.log().contains("RegistryFailed") {
            assert!(started.elapsed() < LIMIT, "the function does not fail: {}", poller.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let seen = poller.log();
        assert_eq!(s3.keys(BUCKET).await, Vec::<String>::new());

        let _registry = RegistryProxy::start_at(address, self.apicurio.endpoint(), registry::calm).await;
        while s3.keys(BUCKET).await.is_empty() {
            assert!(started.elapsed() < LIMIT, "the record does not land: {}", poller.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(self.rows(&s3).await, [row]);
        seen
    }

    /// Why a record without contents of this schema goes to quarantine; with `recursive.types=json` it lands.
    pub(crate) async fn quarantined(&self, schema: &str) -> String {
        let registry = self.apicurio.url();
        let value = if schema.contains("Node") { json!({ "next": null }) } else { json!({ "nothing": {} }) };
        let values = self.peers.serialize_avro(&registry, "trouble", schema, &[value]);
        let embedded = Embedded::start().await;
        let s3 = embedded.bucket(BUCKET);
        let event = event_of_value(Some(&values[0]));
        let settings = [("SCHEMA_REGISTRY_URL", registry.as_str()), ("RECURSIVE_TYPES", "json")];
        let sink =
            Program::ParquetSink.start(&s3, BUCKET, &settings[..1]).await.expect("the function starts");
        sink.invoke(event.clone()).await.expect("the batch is delivered");
        let objects = s3.objects(BUCKET).await;
        let texts: Vec<String> = objects.values().map(|object| object.text()).collect();
        let [text] = &texts[..] else { panic!("expected one object: {:?}", objects.keys()) };
        let quarantined: Value = serde_json::from_str(text.trim()).expect("quarantine is JSON Lines");

        let lands = embedded.bucket("json");
        let sink = Program::ParquetSink.start(&lands, "json", &settings).await.expect("the function starts");
        sink.invoke(event).await.expect("the batch is delivered");
        let keys = lands.keys("json").await;
        assert!(keys.len() == 1 && keys[0].starts_with("topics/"), "{keys:?}");
        quarantined["errorMessage"].as_str().expect("a reason").to_owned()
    }

    fn config(&self, name: &str, changes: &[(&str, &str)]) -> Value {
        let mut config = connect::config(name, (&self.mysql, DATABASE), (&self.kafka, Wire::Json));
        for (setting, value) in changes {
            config[setting] = (*value).into();
        }
        config["name"] = name.into();
        config
    }

    async fn rows(&self, s3: &S3) -> Vec<Value> {
        let objects = s3.objects(BUCKET).await;
        let files = self.peers.read_parquet(objects.values().map(|object| &object.body[..]));
        files.into_iter().flat_map(|file| file.rows).collect()
    }
}
