//! All that lies between the shop's database and its objects, started and stopped.

use crate::screen::Screen;
use crate::shop::{DATABASE, TABLES};
use crate::sides::Sides;
use end_to_end::apicurio::Apicurio;
use end_to_end::connect::{Connect, Wire};
use end_to_end::embedded::Embedded;
use end_to_end::kafka::Kafka;
use end_to_end::mysql::MySql;
use end_to_end::peers::Peers;
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::s3::S3;
use end_to_end::sink::Program;
use end_to_end::{process, server, tools};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// What the connector's topics are named for.
const CONNECTOR: &str = "cdc";

const BUCKET: &str = "lake";

/// How long the first rows may take from MySQL to Kafka.
const TOPIC_LIMIT: Duration = Duration::from_secs(60);

/// How long a poller may take to end by itself.
const STOP_LIMIT: Duration = Duration::from_secs(5);

const SETTINGS: [(&str, &str); 6] = [
    ("DEBEZIUM_UNWRAP", "after"),
    ("DEBEZIUM_TEMPORAL", "timestamps"),
    ("STORE_KAFKA_METADATA", "columns"),
    ("BEHAVIOR_ON_NULL_VALUES", "ignore"),
    ("PARTITIONER_CLASS", "HourlyPartitioner"),
    ("PARQUET_CODEC", "gzip"),
];

/// What runs; it ends in the order of the fields, and after the pollers.
pub(crate) struct World {
    pollers: Vec<Poller>,
    peers: Peers,
    _connect: Connect,
    kafka: Kafka,
    apicurio: Apicurio,
    mysql: MySql,
    s3: S3,
    embedded: Embedded,
}

impl World {
    /// Starts all parts, with a database that has been set up by these statements.
    pub(crate) async fn start(screen: &Screen, opening: &[String]) -> Self {
        screen.line("Starting, on loopback and in folders that are gone at the end:");
        let (mysql, apicurio, (kafka, connect)) = thread::scope(|scope| {
            let mysql = scope.spawn(|| screen.timed("MySQL with a row binlog", || start_mysql(opening)));
            let apicurio = scope.spawn(|| screen.timed("Apicurio, a schema registry", Apicurio::start));
            let kafka = screen.timed("Kafka", Kafka::start);
            let connect = screen.timed("Kafka Connect with Debezium", || Connect::start(&kafka));
            let apicurio = apicurio.join().expect("Apicurio starts");
            (mysql.join().expect("MySQL starts"), apicurio, (kafka, connect))
        });
        let started = Instant::now();
        tokio::select! {
            () = connect.capture(CONNECTOR, (&mysql, DATABASE), (&kafka, Wire::Confluent(&apicurio))) => {}
            () = interrupted() => panic!("the connector was not waited for"),
        }
        screen.started("Debezium's connector", started.elapsed());
        let embedded = Embedded::start().await;
        let s3 = embedded.bucket(BUCKET);
        let peers = Peers::start();
        let pollers = Vec::new();
        let mut world = Self { pollers, peers, _connect: connect, kafka, apicurio, mysql, s3, embedded };
        let started = Instant::now();
        for (table, _) in TABLES {
            world.poll(table).await;
        }
        screen.started("landfall poll with parquet-sink, one for each table", started.elapsed());
        world
    }

    /// Carries out statements in MySQL.
    pub(crate) fn execute(&self, statements: &[String]) {
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        self.mysql.execute(&statements);
    }

    /// All tables as they are in MySQL and, at the same time, in the objects.
    pub(crate) fn sides(&self) -> Vec<Sides> {
        thread::scope(|scope| {
            let queries = TABLES.map(|(table, _)| format!("SELECT * FROM {DATABASE}.{table}"));
            let mysql = scope.spawn(move || self.mysql.rows_of_each(&queries));
            let objects = TABLES.map(|table| self.current(table));
            let mysql = mysql.join().expect("MySQL answers");
            TABLES
                .into_iter()
                .zip(mysql)
                .zip(objects)
                .map(|((table, mysql), objects)| Sides::of(table, mysql, objects))
                .collect()
        })
    }

    /// What a poller has said last that has ended by itself.
    pub(crate) fn broken(&mut self) -> Option<String> {
        let ended = self.pollers.iter_mut().find_map(|poller| poller.has_ended().then(|| poller.log()))?;
        let last: Vec<&str> = ended.lines().rev().take(2).collect();
        Some(format!("landfall poll has ended: {}", last.into_iter().rev().collect::<Vec<_>>().join(" | ")))
    }

    /// What the pollers have said last, for people who look for what went wrong.
    pub(crate) fn logs(&self) -> String {
        let last = |poller: &Poller| poller.log().lines().last().unwrap_or_default().to_owned();
        let logs: Vec<String> = self.pollers.iter().map(last).collect();
        format!("the pollers said last: {}", logs.join(" | "))
    }

    /// Has a table's topic written to objects, as soon as Debezium has made it.
    async fn poll(&mut self, table: &str) {
        let topic = topic(table);
        let started = Instant::now();
        while !self.kafka.has_topic(&topic) {
            assert!(started.elapsed() < TOPIC_LIMIT, "Debezium has made no topic {topic}");
            assert!(!server::is_interrupted(), "the topic {topic} was not waited for");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let url = self.apicurio.url();
        let function = [&SETTINGS[..], &[("SCHEMA_REGISTRY_URL", url.as_str())]].concat();
        self.pollers.push(Poller::start(&PollerSettings {
            kafka: &self.kafka,
            topic: &topic,
            group: &topic,
            batch_size: 100,
            s3: &self.s3,
            bucket: BUCKET,
            program: Program::ParquetSink,
            function: &function,
        }));
    }

    /// A table's rows as they are now, by the view that `landfall schema` prints.
    fn current(&self, (table, key): (&str, &str)) -> Vec<Value> {
        let topic = topic(table);
        let folder = self.embedded.file(BUCKET, "");
        if !has_objects(&folder.join("topics").join(&topic)) {
            return Vec::new();
        }
        let mut line = Command::new(tools::binary("landfall"));
        line.args(["schema", "--current", "--dialect", "duckdb", "--topic", &topic, "--key", key]);
        line.args(["--subject", &format!("{topic}-value"), "--table", table]).arg("--location").arg(folder);
        let url = self.apicurio.url();
        for (name, value) in
            SETTINGS.iter().chain(&[("SCHEMA_REGISTRY_URL", url.as_str()), ("S3_BUCKET_NAME", BUCKET)])
        {
            line.args(["--env", &format!("{name}={value}")]);
        }
        line.env_clear().envs(self.s3.environment());
        let statement = String::from_utf8(process::output(&mut line, b"")).expect("a statement is text");
        self.peers.query_with(&statement, &format!("SELECT * FROM {table}_current"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Who is killed leaves a function behind, which ends a little later.
        thread::scope(|scope| {
            for poller in &mut self.pollers {
                scope.spawn(|| poller.stop(STOP_LIMIT));
            }
        });
    }
}

fn start_mysql(opening: &[String]) -> MySql {
    let mysql = MySql::start();
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    mysql.execute(&opening);
    mysql
}

fn topic(table: &str) -> String {
    format!("{CONNECTOR}.{DATABASE}.{table}")
}

/// Whether there is a Parquet object somewhere in a folder.
fn has_objects(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| has_objects(&path) || path.extension().is_some_and(|it| it == "parquet"))
}

/// Ends when somebody wants the demo to end.
async fn interrupted() {
    while !server::is_interrupted() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
