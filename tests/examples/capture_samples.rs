//! Captures the sample events of change data capture anew, from a real MySQL by a real Debezium, into `events`.

use end_to_end::apicurio::Apicurio;
use end_to_end::connect::{Connect, Wire};
use end_to_end::kafka::Kafka;
use end_to_end::mysql::MySql;
use end_to_end::tools;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _, OwnedMessage};
use rdkafka::{Offset, TopicPartitionList};
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const TABLES: [&str; 3] = [
    "CREATE DATABASE shop",
    "CREATE TABLE shop.customers (id INT PRIMARY KEY, name VARCHAR(50), credit DECIMAL(10,2) NOT NULL, born DATE,
        opens TIME, seen TIMESTAMP NULL)",
    "INSERT INTO shop.customers VALUES (1, 'Kim', 1.10, '2000-02-29', '-01:00:00', '2024-01-01 00:00:00')",
];

const CHANGES: [&str; 5] = [
    "INSERT INTO shop.customers VALUES (2, 'Zoë', -20.00, NULL, NULL, NULL)",
    "UPDATE shop.customers SET name = 'Kim S' WHERE id = 1",
    "DELETE FROM shop.customers WHERE id = 2",
    "UPDATE shop.customers SET id = 10 WHERE id = 1",
    "TRUNCATE TABLE shop.customers",
];

/// A snapshot, an insert, an update, a delete and a change of the key with their tombstones, a truncate.
const RECORDS: usize = 9;

const LIMIT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let (mysql, apicurio, kafka) = (MySql::start(), Apicurio::start(), Kafka::start());
    mysql.execute(&TABLES);
    let connect = Connect::start(&kafka);
    let lanes = [("shop-avro", Wire::Confluent(&apicurio)), ("shop-envelope", Wire::JsonWithSchema)];
    for (name, wire) in lanes {
        connect.capture(name, (&mysql, "shop"), (&kafka, wire)).await;
        records(&kafka, &format!("{name}.shop.customers"), 1);
    }
    mysql.execute(&CHANGES);
    let events = tools::root().join("events");
    for (name, file) in
        [("shop-avro", "customers.debezium-avro"), ("shop-envelope", "customers.debezium-json")]
    {
        let records = records(&kafka, &format!("{name}.shop.customers"), RECORDS);
        fs::write(events.join(format!("{file}.json")), event(&records)).expect("the event can be written");
        if name == "shop-avro" {
            save_schemas(&records, &apicurio, &events.join("schemas"));
        }
    }
}

/// The records of a topic, partition by partition, once there are as many.
fn records(kafka: &Kafka, topic: &str, count: usize) -> Vec<OwnedMessage> {
    let consumer: BaseConsumer =
        kafka.client().set("group.id", "samples").create().expect("a consumer can be made");
    let started = Instant::now();
    let partitions = loop {
        let metadata = consumer.fetch_metadata(Some(topic), LIMIT).expect("Kafka answers");
        let partitions = metadata.topics()[0].partitions().len();
        if partitions > 0 {
            break i32::try_from(partitions).expect("there are few");
        }
        assert!(started.elapsed() < LIMIT, "Debezium makes no topic {topic}");
    };
    let mut assigned = TopicPartitionList::new();
    for partition in 0..partitions {
        assigned
            .add_partition_offset(topic, partition, Offset::Beginning)
            .expect("the beginning is an offset");
    }
    consumer.assign(&assigned).expect("partitions can be assigned");
    let mut records = Vec::new();
    while records.len() < count {
        assert!(started.elapsed() < LIMIT, "{topic} has only {} records", records.len());
        if let Some(message) = consumer.poll(Duration::from_millis(200)) {
            records.push(message.expect("Kafka hands the record over").detach());
        }
    }
    records.sort_by_key(|record| (record.partition(), record.offset()));
    records
}

fn event(records: &[OwnedMessage]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "kafka.shop.example:9092".to_owned());
    for record in records {
        let headers = record.headers().into_iter().flat_map(|headers| headers.iter());
        event.push(&NewRecord {
            topic: record.topic(),
            partition: record.partition(),
            offset: record.offset(),
            timestamp_ms: record.timestamp().to_millis().expect("Connect gives the time"),
            timestamp_type: TimestampType::CreateTime,
            key: record.key(),
            value: record.payload(),
            headers: headers.map(|header| (header.key, header.value)).collect(),
        });
    }
    event.finish()
}

/// Saves the schemas that values name in their frames.
fn save_schemas(records: &[OwnedMessage], apicurio: &Apicurio, folder: &Path) {
    let frames = records.iter().filter_map(|record| record.payload());
    let ids: BTreeSet<u32> = frames
        .map(|value| u32::from_be_bytes(value[1..5].try_into().expect("a frame has five bytes")))
        .collect();
    for id in ids {
        let address = apicurio.endpoint().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("Apicurio listens");
        write!(stream, "GET /apis/ccompat/v7/schemas/ids/{id} HTTP/1.0\r\n\r\n").expect("Apicurio reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("Apicurio answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        let body: Value = serde_json::from_str(body).expect("the body is JSON");
        let schema: Value =
            serde_json::from_str(body["schema"].as_str().expect("a schema is text")).expect("Avro is JSON");
        let text = serde_json::to_string_pretty(&schema).expect("a schema can be written");
        fs::write(folder.join(format!("customers-value.{id}.avsc")), text + "\n").expect("it can be written");
    }
}
