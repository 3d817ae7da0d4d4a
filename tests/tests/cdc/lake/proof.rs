//! What proves that all of a topic stands in a lake, and once.

use super::{DATABASE, LIMIT, Lake, QueriedTable, SCHEMA};
use crate::lane::Lane;
use end_to_end::poller::Poller;
use end_to_end::tools;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::Value;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// How long Kafka may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

impl Lake {
    /// Waits until what was done to the database stands in Kafka: Debezium captures one change after the other, so that
    /// the last one, a row of a table that has this one alone, says it of all.
    pub(crate) async fn wait_for_capture(&self, lane: Lane, last: &str) {
        self.mysql.execute(&[&format!("INSERT INTO {DATABASE}.{last} VALUES (1)")]);
        self.wait_for_records(lane, last, 1).await;
    }

    /// Waits until a topic has so many records.
    pub(crate) async fn wait_for_records(&self, lane: Lane, name: &str, expected: i64) {
        let started = Instant::now();
        loop {
            let records = self.records(lane, name);
            if records >= expected {
                return;
            }
            self.mend(lane).await;
            assert!(started.elapsed() < LIMIT, "`{name}` has {records} records of {expected}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// How many records a topic has.
    pub(crate) fn records(&self, lane: Lane, name: &str) -> i64 {
        let (consumer, topic) = (self.consumer("nobody"), lane.topic(name));
        partitions(&consumer, &topic).into_iter().map(|it| end(&consumer, &topic, it)).sum()
    }

    /// Starts a connector again that found no database when it started: Debezium tries again only what it was once
    /// connected to, so that a person has to. Every other failure is one of the test.
    async fn mend(&self, lane: Lane) {
        if let Some(trace) = self.connect.failure(lane.connector).await {
            assert!(trace.contains("Communications link failure"), "the connector has failed: {trace}");
            self.connect.restart(lane.connector).await;
        }
    }

    /// Waits until all that stands in Kafka has been delivered, and looks at the lake.
    pub(crate) async fn wait_for_delivery(&mut self, lane: Lane, names: &[&str]) {
        let started = Instant::now();
        for name in names {
            while !self.is_delivered(lane, name) {
                let logs: Vec<String> = self.pollers.iter().map(Poller::log).collect();
                assert!(started.elapsed() < LIMIT, "`{name}` is not delivered: {}", logs.join("\n"));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        self.objects.insert(lane.bucket, self.s3.objects(lane.bucket).await);
    }

    /// Whether a topic's group has committed all that the topic has.
    fn is_delivered(&self, lane: Lane, name: &str) -> bool {
        let (consumer, topic) = (self.consumer(&lane.group(name)), lane.topic(name));
        let mut asked = TopicPartitionList::new();
        for partition in partitions(&consumer, &topic) {
            asked.add_partition(&topic, partition);
        }
        let committed = consumer.committed_offsets(asked, PATIENCE).expect("Kafka answers");
        committed.elements().iter().all(|it| {
            let end = end(&consumer, &topic, it.partition());
            end == 0 || it.offset() == Offset::Offset(end)
        })
    }

    /// How many rows of a topic stand in a lake, and how many records of Kafka's they are.
    pub(crate) fn rows_and_records(&self, lane: Lane, table: &str) -> [i64; 2] {
        let queried = QueriedTable { schema: SCHEMA, table, files: &self.files(lane, table) };
        let query = format!(
            r#"SELECT count(*) AS rows, count(DISTINCT (_kafka."partition", _kafka."offset")) AS records
               FROM "{SCHEMA}"."{table}""#
        );
        let counts = self.peers.query(queried, "SET threads = 1", &query).remove(0);
        ["rows", "records"].map(|count| counts[count].as_i64().expect("a count is a number"))
    }

    /// Proves by `landfall audit`, which compares Kafka with every object, that each record of a topic stands in a lake
    /// exactly once, or was left out on purpose.
    ///
    /// # Panics
    ///
    /// When it says that it is not so.
    pub(crate) fn audit(&self, lane: Lane, name: &str) {
        let mut line = Command::new(tools::binary("landfall"));
        line.env_clear().envs(self.s3.environment());
        line.args(["audit", "--deep", "--bucket", lane.bucket, "--topic", &lane.topic(name)]);
        line.args(["--group", &lane.group(name), "--endpoint-url", &self.s3.endpoint]);
        line.args(["--bootstrap-server", self.kafka.bootstrap_server()]);
        for (name, value) in lane.all_settings() {
            line.args(["--env", &format!("{name}={value}")]);
        }
        let output = line.output().expect("landfall can be started");
        let [said, complained] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(output.status.success(), "{name}: {}\n{said}{complained}", output.status);
    }

    fn consumer(&self, group: &str) -> BaseConsumer {
        self.kafka.client().set("group.id", group).create().expect("a client can be made")
    }
}

/// Where two lists of rows differ, which may be too long to be shown.
pub(crate) fn first_difference(is: &[Value], expected: &[Value]) -> Option<String> {
    let lengths = format!("{} rows instead of {}", is.len(), expected.len());
    match is.iter().zip(expected).find(|(is, expected)| is != expected) {
        Some((is, expected)) => Some(format!("{lengths}; {is} instead of {expected}")),
        None if is.len() == expected.len() => None,
        None => Some(lengths),
    }
}

/// The partitions of a topic; none while there is no such topic.
fn partitions(consumer: &BaseConsumer, topic: &str) -> Vec<i32> {
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).expect("Kafka answers");
    let topics = metadata.topics().iter().filter(|it| it.error().is_none());
    topics.flat_map(|it| it.partitions()).map(|it| it.id()).collect()
}

/// The offset behind a partition's last record; nothing is ever deleted. A partition that was just made, or whose broker
/// was just started, has no leader for a moment.
fn end(consumer: &BaseConsumer, topic: &str, partition: i32) -> i64 {
    let started = Instant::now();
    loop {
        match consumer.fetch_watermarks(topic, partition, PATIENCE) {
            Ok((_, end)) => return end,
            Err(error) => assert!(started.elapsed() < LIMIT, "{topic}-{partition} has no leader: {error}"),
        }
        thread::sleep(Duration::from_millis(100));
    }
}
