//! From a real Kafka, through `landfall poll`, records of every format of a registry land once.

use crate::lake::{APICURIO, BUCKET, PEERS};
use end_to_end::embedded::Embedded;
use end_to_end::kafka::Kafka;
use end_to_end::peers::Protobuf;
use end_to_end::poller::{Poller, PollerSettings};
use end_to_end::s3::S3;
use end_to_end::sink::Program;
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const RECORDS: usize = 500;

/// How long each topic may take.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn records_of_every_format_land_once() {
    let kafka = Kafka::start();
    let registry = APICURIO.url();
    let rows: Vec<Value> = (0..RECORDS).map(|id| json!({ "id": id, "name": format!("name-{id}") })).collect();
    let schema = r#"{"type":"record","name":"Order","namespace":"kafka","fields":[
        {"name":"id","type":"int"},{"name":"name","type":"string"}]}"#;
    let avro = PEERS.serialize_avro(&registry, "orders.avro", schema, &rows);
    let schema = Protobuf {
        files: &[("orders.proto", "syntax = \"proto3\"; message Order { int32 id = 1; string name = 2; }")],
        file: "orders.proto",
        message: "Order",
    };
    let protobuf = PEERS.serialize_protobuf(&registry, "orders.protobuf", schema, &rows);
    let schema = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Order","type":"object",
        "properties":{"id":{"type":"integer"},"name":{"type":"string"}},"required":["id","name"]}"#;
    let json = PEERS.serialize_json(&registry, "orders.json", schema, &[], &rows);

    for (converter, topic, values) in [
        ("avro", "orders.avro", avro),
        ("protobuf", "orders.protobuf", protobuf),
        ("json_schema", "orders.json", json),
    ] {
        kafka.create_topic(topic, 2).await;
        produce(&kafka, topic, &values).await;
        let embedded = Embedded::start().await;
        let s3 = embedded.bucket(BUCKET);
        let settings = [("VALUE_CONVERTER", converter), ("SCHEMA_REGISTRY_URL", &registry)];
        let mut poller = Poller::start(&PollerSettings {
            kafka: &kafka,
            topic,
            group: "lake",
            batch_size: 200,
            s3: &s3,
            bucket: BUCKET,
            program: Program::ParquetSink,
            function: &settings,
        });
        let landed = wait_for_rows(&s3, &mut poller).await;
        assert_eq!(landed, rows, "{topic}");
        let status = poller.stop(Duration::from_secs(30));
        assert!(status.is_some_and(|status| status.success()), "{status:?}:\n{}", poller.log());
    }
}

async fn produce(kafka: &Kafka, topic: &str, values: &[Vec<u8>]) {
    let producer: FutureProducer = kafka.client().create().expect("a producer can be made");
    let deliveries: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let record = FutureRecord::<(), _>::to(topic).partition((index % 2) as i32).payload(value);
            producer.send_result(record).map_err(|(error, _)| error).expect("the queue takes all records")
        })
        .collect();
    for delivery in deliveries {
        delivery.await.expect("the producer lives").expect("Kafka takes the record");
    }
}

/// Waits until as many rows have landed as were sent, and gives them by their id.
async fn wait_for_rows(s3: &S3, poller: &mut Poller) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let objects = s3.objects(BUCKET).await;
        let bodies = objects.values().map(|object| &object.body[..]);
        let mut rows: Vec<Value> =
            PEERS.read_parquet(bodies).into_iter().flat_map(|file| file.rows).collect();
        if rows.len() >= RECORDS {
            rows.sort_by_key(|row| row["id"].as_i64());
            return rows;
        }
        assert!(!poller.has_ended(), "the poller has ended by itself; it wrote:\n{}", poller.log());
        assert!(started.elapsed() < LIMIT, "only {} rows came through:\n{}", rows.len(), poller.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
