//! The sample events.

use super::{super::parse, contents::Contents};
use crate::Source;
use std::{collections::BTreeSet, fs, path::PathBuf};

pub(super) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

pub(super) fn read(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

/// The samples that are Kafka events.
pub(super) const KAFKA: [&str; 18] = [
    "bad-records.json",
    "carts.json-schema.json",
    "compact.json",
    "customers.debezium-avro.json",
    "customers.debezium-json.json",
    "empty.json",
    "headers.json",
    "orders.confluent-guid.json",
    "orders.confluent.json",
    "orders.envelope.json",
    "orders.glue.json",
    "orders.source.json",
    "payments.protobuf.json",
    "schema-metadata.json",
    "tombstones.json",
    "tracking-log.msk.json",
    "tracking-log.self-managed.json",
    "two-partitions.json",
];

#[track_caller]
fn check(name: &str, expected: &str) {
    let contents = Contents::of(&parse(&read(name)).unwrap());
    assert_eq!(contents.to_string().lines().collect::<Vec<_>>(), expected.lines().collect::<Vec<_>>());
}

#[test]
fn the_read_me_lists_every_sample() {
    let files =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> = files.filter(|name| name.ends_with(".json")).collect();
    let tested = KAFKA.into_iter().chain(["not-kafka.json"]).map(str::to_owned).collect();
    assert_eq!(files, tested);
    let read_me = String::from_utf8(read("README.md")).unwrap();
    let listed =
        read_me.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()));
    assert_eq!(files, listed.collect());
}

#[test]
fn the_tracking_log_from_msk() {
    check(
        "tracking-log.msk.json",
        r#"tracking.log-0@0 1705314600000 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/products/123"}'
tracking.log-0@1 1705314601037 CREATE_TIME 'user-456' '{"userId":"user-456","eventType":"page_view","timestamp":"2024-01-15T10:30:01Z","page":"/"}'
tracking.log-0@2 1705314601074 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"add_to_cart","timestamp":"2024-01-15T10:30:01Z","page":"/products/123","quantity":2,"price":19.9}'
tracking.log-0@3 1705314604111 CREATE_TIME 'user-789' '{"userId":"user-789","eventType":"search","timestamp":"2024-01-15T10:30:04Z","page":"/search?q=\xec\x97\xac\xed\x96\x89","results":17}'
tracking.log-0@4 1705314609148 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"purchase","timestamp":"2024-01-15T10:30:09Z","page":"/checkout","orderId":"o-20240115-0042","total":39.8}'"#,
    );
    let batch = parse(&read("tracking-log.msk.json")).unwrap();
    let Source::Msk { cluster_arn: Some(arn) } = batch.source() else { panic!("{:?}", batch.source()) };
    assert!(arn.starts_with("arn:aws:kafka:ap-northeast-2:123456789012:cluster/tracking/"));
}

#[test]
fn the_tracking_log_from_another_cluster() {
    check(
        "tracking-log.self-managed.json",
        r#"tracking.log-0@120 1705314612037 CREATE_TIME 'user-456' '{"userId":"user-456","eventType":"page_view","timestamp":"2024-01-15T10:30:12Z","page":"/products/77"}'
tracking.log-0@121 1705314613074 CREATE_TIME 'user-456' '{"userId":"user-456","eventType":"page_view","timestamp":"2024-01-15T10:30:13Z","page":"/products/78","referrer":"/products/77"}'
tracking.log-0@122 1705314615111 CREATE_TIME 'user-901' '{"userId":"user-901","eventType":"login","timestamp":"2024-01-15T10:30:15Z","page":"/login"}'"#,
    );
    let batch = parse(&read("tracking-log.self-managed.json")).unwrap();
    assert_eq!(batch.source(), &Source::SelfManaged);
    assert_eq!(batch.bootstrap_servers(), Some("tracking-kafka-bootstrap.kafka.svc.cluster.local:9092"));
}

#[test]
fn an_event_without_white_space() {
    check(
        "compact.json",
        r#"tracking.log-0@300 1705314630222 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:30Z","page":"/products/5"}'
tracking.log-0@301 1705314631000 CREATE_TIME - '{"userId":"","eventType":"page_view","timestamp":"2024-01-15T10:30:31Z","page":"/"}' traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
tracking.log-0@302 1705314632037 CREATE_TIME 'user-456' '{"userId":"user-456","eventType":"page_view","timestamp":"2024-01-15T10:30:32Z","page":"/"}'"#,
    );
}

#[test]
fn headers_of_every_kind() {
    check(
        "headers.json",
        r#"tracking.log-0@0 1705314600000 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/none"}'
tracking.log-0@1 1705314600001 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/text"}' traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' content-type='application/json'
tracking.log-0@2 1705314600002 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/signed"}' name='Zo\xc3\xab'
tracking.log-0@3 1705314600003 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/unsigned"}' name='Zo\xc3\xab'
tracking.log-0@4 1705314600004 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/repeated"}' hop='gateway' hop='router' hop='gateway'
tracking.log-0@5 1705314600005 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/empty-and-null"}' empty='' null=- ='no name'
tracking.log-0@6 1705314600006 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/absent"}'
tracking.log-0@7 1705314600007 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/null"}'
tracking.log-0@8 1705314600008 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/several-in-one-object"}' a='1' b='2'
tracking.log-0@9 1705314600009 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:00Z","page":"/binary"}' id='\x80\xff\x00\x01\x7f'"#,
    );
}

#[test]
fn tombstones() {
    check(
        "tombstones.json",
        r#"data-mysql.cdc.customers-0@41 1705314601000 CREATE_TIME '{"id":7}' '{"id":7,"name":"Kim","deleted":true}'
data-mysql.cdc.customers-0@42 1705314602000 CREATE_TIME '{"id":7}' -
data-mysql.cdc.customers-0@43 1705314603000 CREATE_TIME '{"id":8}' '{"id":8,"name":"Lee"}'
data-mysql.cdc.customers-0@44 1705314604000 CREATE_TIME '{"id":9}' -
data-mysql.cdc.customers-0@45 1705314605000 CREATE_TIME '{"id":10}' 'null'"#,
    );
}

#[test]
fn two_partitions() {
    check(
        "two-partitions.json",
        r#"orders-1@8589934592 1705314600000 LOG_APPEND_TIME 'order-17' '{"orderId":"order-17","status":"created"}'
orders-1@8589934593 1705314602000 LOG_APPEND_TIME 'order-17' '{"orderId":"order-17","status":"paid"}'
orders-1@8589934595 1705314605000 LOG_APPEND_TIME 'order-17' '{"orderId":"order-17","status":"shipped"}'
orders-0@310 1705314601000 LOG_APPEND_TIME 'order-4' '{"orderId":"order-4","status":"created"}'
orders-0@311 1705318200000 LOG_APPEND_TIME 'order-4' '{"orderId":"order-4","status":"cancelled"}'"#,
    );
}

#[test]
fn bad_records_are_records() {
    check(
        "bad-records.json",
        r#"tracking.log-0@200 1705314620148 CREATE_TIME 'user-123' '{"userId":"user-123","eventType":"page_view","timestamp":"2024-01-15T10:30:20Z","page":"/"}'
tracking.log-0@201 1705314621000 CREATE_TIME 'user-456' 'page_view user-456 /products/9'
tracking.log-0@202 1705314622000 CREATE_TIME 'user-456' '{"userId":"user-\xff\xfe"}'
tracking.log-0@203 1705314623000 CREATE_TIME 'user-456' ''
tracking.log-0@204 1705314624000 CREATE_TIME 'user-456' '{"userId":"user-456","eventType":'
tracking.log-0@205 1705314625074 CREATE_TIME 'user-789' '{"userId":"user-789","eventType":"page_view","timestamp":"2024-01-15T10:30:25Z","page":"/products/9"}'
tracking.log-0@206 -1 NO_TIMESTAMP_TYPE - '{"userId":"user-1","eventType":"page_view","timestamp":"2024-01-15T10:30:26Z","page":"/"}'"#,
    );
}

#[test]
fn schema_metadata() {
    check(
        "schema-metadata.json",
        r#"data-s3.sink-3@0 1705314600000 CREATE_TIME '7' '\x0e\nKim S\x02' value:AVRO:4f5b3a66-2f0c-4f0d-9a55-6d2b1c9f1e11
data-s3.sink-3@1 1705314600001 CREATE_TIME '8' '\x0e\nKim S\x02' key:JSON:21 value:AVRO:22
data-s3.sink-3@2 1705314600002 CREATE_TIME '9' -"#,
    );
}

#[test]
fn avro_with_confluent_s_framing() {
    check(
        "orders.confluent.json",
        r#"shop-s3.sink-2@4200 1762856220000 CREATE_TIME '10001' '\x00\x00\x00\x00\x07\xa2\x9c\x01\n\xea\xb9\x80-7\x00\x042\xbe\xc0\xd5\xd9\xa6\xcef\x00\x02\x08gift\x00'
shop-s3.sink-2@4201 1762856221250 CREATE_TIME '10002' '\x00\x00\x00\x00\x07\xa4\x9c\x01\x0clee-12\x00\x02\xfb\x84\xe9\xd9\xa6\xcef\x00\x00'
shop-s3.sink-2@4202 1762856222500 CREATE_TIME '10003' '\x00\x00\x00\x00\x08\xa6\x9c\x01\x0czo\xc3\xab-1\x04\x08I\x96\x02\xdb\xc8\xfc\xd9\xa6\xcef\x02\xe8\xbe\x02\x04\x08gift\x08late\x00\x02\x12WELCOME10\x06app'
shop-s3.sink-2@4203 1762856281000 CREATE_TIME '10001' '\x00\x00\x00\x00\x07\xa2\x9c\x01\n\xea\xb9\x80-7\x02\x042\xbe\xc0\xd5\xd9\xa6\xcef\x02\xea\xbe\x02\x02\x08gift\x00'
shop-s3.sink-2@4204 1762859820000 CREATE_TIME '10001' '\x00\x00\x00\x00\x08\xa2\x9c\x01\n\xea\xb9\x80-7\x04\x042\xbe\xc0\xd5\xd9\xa6\xcef\x02\xea\xbe\x02\x02\x08gift\x00\x00\x06web'
shop-s3.sink-2@4205 1762859820001 CREATE_TIME '10002' -"#,
    );
    check(
        "orders.confluent-guid.json",
        r#"shop-s3.sink-2@4300 1762856220000 CREATE_TIME '10001' '\x01O[:f/\x0cO\r\x9aUm+\x1c\x9f\x1e\x11\xa2\x9c\x01\n\xea\xb9\x80-7\x00\x042\xbe\xc0\xd5\xd9\xa6\xcef\x00\x02\x08gift\x00'
shop-s3.sink-2@4301 1762856221250 CREATE_TIME '10002' '\xa4\x9c\x01\x0clee-12\x00\x02\xfb\x84\xe9\xd9\xa6\xcef\x00\x00' __value_schema_id='\x01O[:f/\x0cO\r\x9aUm+\x1c\x9f\x1e\x11'"#,
    );
}

#[test]
fn avro_with_glue_s_framing() {
    check(
        "orders.glue.json",
        r#"shop-s3.sink-2@4400 1762856220000 CREATE_TIME '10001' '\x03\x00O[:f/\x0cO\r\x9aUm+\x1c\x9f\x1e\x11\xa2\x9c\x01\n\xea\xb9\x80-7\x00\x042\xbe\xc0\xd5\xd9\xa6\xcef\x00\x02\x08gift\x00'
shop-s3.sink-2@4401 1762856221250 CREATE_TIME '10002' '\x03\x05O[:f/\x0cO\r\x9aUm+\x1c\x9f\x1e\x11x\x9c[2\x87\x91\'\'5U\xd7\xd0\x88\x81\xe9w\xcb\xcb\x9b\xcb\xce\xa510\x00\x00Uz\x081'"#,
    );
}

#[test]
fn avro_whose_framing_lambda_took_off() {
    check(
        "orders.source.json",
        r#"shop-s3.sink-2@4500 1762856220000 CREATE_TIME '10001' '\xa2\x9c\x01\n\xea\xb9\x80-7\x00\x042\xbe\xc0\xd5\xd9\xa6\xcef\x00\x02\x08gift\x00' value:AVRO:7
shop-s3.sink-2@4501 1762856221250 CREATE_TIME '10002' '\xa4\x9c\x01\x0clee-12\x00\x02\xfb\x84\xe9\xd9\xa6\xcef\x00\x00' value:AVRO:7
shop-s3.sink-2@4502 1762856222500 CREATE_TIME '10003' '\xa6\x9c\x01\x0czo\xc3\xab-1\x04\x08I\x96\x02\xdb\xc8\xfc\xd9\xa6\xcef\x02\xe8\xbe\x02\x04\x08gift\x08late\x00\x02\x12WELCOME10\x06app' value:AVRO:8
shop-s3.sink-2@4503 1762856222501 CREATE_TIME '10002' -"#,
    );
}

#[test]
fn protobuf_and_json_with_confluent_s_framing() {
    check(
        "payments.protobuf.json",
        r#"shop-payments-0@77 1762856220000 CREATE_TIME '501' '\x00\x00\x00\x00\t\x00\x08\xf5\x03\x10\x91N\x18\x01 \xfc\xca\x01*\x06\x08\x9c\x9a\xcc\xc8\x06:\x01A:\x01B'
shop-payments-0@78 1762856221250 CREATE_TIME '502' '\x00\x00\x00\x00\t\x00\x08\xf6\x03\x10\x92N \t*\x0b\x08\x9d\x9a\xcc\xc8\x06\x10\x80\xe5\x9aw2\x0chalf by hand'
shop-payments-0@79 1762856222500 CREATE_TIME '501' '\x00\x00\x00\x00\t\x02\x02\x08\xf5\x03\x10\xfc\xca\x01'"#,
    );
    check(
        "carts.json-schema.json",
        r#"shop-carts-1@31 1762856220000 CREATE_TIME '1' '\x00\x00\x00\x00\n{"cart_id":1,"customer":"lee-12","seen_at":"2025-11-11T10:17:00Z","weight":0.25,"lines":[{"sku":"TEA-007","quantity":2}]}'
shop-carts-1@32 1762856221250 CREATE_TIME '2' '\x00\x00\x00\x00\n{"cart_id":2,"customer":"zo\xc3\xab-1"}'
shop-carts-1@33 1762856222500 CREATE_TIME '3' '\x00\x00\x00\x00\n{"cart_id":"three","customer":"kim-7"}'"#,
    );
}

#[test]
fn json_in_connect_s_envelope() {
    let batch = parse(&read("orders.envelope.json")).unwrap();
    let values: Vec<_> =
        batch.records().map(|record| String::from_utf8(record.value().unwrap().to_vec()).unwrap()).collect();
    assert!(
        values[0].starts_with(r#"{"schema":{"type":"struct","fields":[{"type":"int64""#),
        "{}",
        values[0]
    );
    let payload = r#""payload":{"order_id":10002,"customer":"lee-12","total":"+w==","placed_at":1762856221250,"ship_on":null,"tags":[]}}"#;
    assert!(values[1].ends_with(payload), "{}", values[1]);
    assert_eq!(values[2], r#"{"schema":null,"payload":null}"#);
}

#[test]
fn captured_changes_of_a_table() {
    for (name, framing) in [
        ("customers.debezium-avro.json", &b"\0\0\0\0"[..]),
        ("customers.debezium-json.json", br#"{"schema":{"#),
    ] {
        let batch = parse(&read(name)).unwrap();
        assert_eq!(batch.records().count(), 9, "{name}");
        let values: Vec<_> = batch.records().filter_map(|record| record.value()).collect();
        assert_eq!(values.len(), 7, "{name}: two are tombstones");
        assert!(values.iter().all(|value| value.starts_with(framing)), "{name}");
        let headers = batch.records().flat_map(|record| record.headers());
        let names: BTreeSet<_> = headers.map(|header| header.name.to_owned()).collect();
        assert!(names.contains("__debezium.newkey") && names.contains("__debezium.oldkey"), "{names:?}");
    }
}

#[test]
fn an_event_of_nothing() {
    check("empty.json", "");
}

#[test]
fn an_event_that_is_not_kafkas() {
    let error = parse(&read("not-kafka.json")).unwrap_err();
    assert_eq!(error.to_string(), r#"event is not Kafka's: it comes from "aws:sqs""#);
}
