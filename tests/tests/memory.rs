//! The largest event that Lambda hands over fits a small function.

use end_to_end::apicurio::Apicurio;
use end_to_end::embedded::Embedded;
use end_to_end::peers::Peers;
use end_to_end::process;
use end_to_end::records::TOPIC;
use end_to_end::sink::Program;
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use serde_json::{Value, json};

/// What a function with 128 MB can spare beside the runtime and the kernel's share.
const LIMIT: u64 = 64 << 20;

/// What `parquet-sink` may have, which holds the event, its rows as columns, and the object.
const PARQUET_LIMIT: u64 = 110 << 20;

/// Lambda's limit on the event of a synchronous invocation.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_EVENT_BYTES: usize = 6 << 20;

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb() {
    check(&[], &largest_event(240, 1)).await;
}

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb_with_gzip() {
    check(&[("S3_COMPRESSION_TYPE", "gzip")], &largest_event(240, 3)).await;
}

#[tokio::test]
async fn six_megabytes_of_small_records_stay_below_64_mb_with_zstd() {
    check(&[("S3_COMPRESSION_TYPE", "zstd"), ("S3_COMPRESSION_LEVEL", "19")], &largest_event(240, 3)).await;
}

#[tokio::test]
async fn six_megabytes_of_records_stay_below_64_mb_with_an_object_for_each() {
    check(&[("FLUSH_SIZE", "1")], &largest_event(1000, 1)).await;
}

#[tokio::test]
async fn six_megabytes_of_one_record_stay_below_64_mb() {
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "user")],
        &largest_event(4_600_000, 1),
    )
    .await;
}

#[tokio::test]
async fn six_megabytes_of_bad_records_stay_below_64_mb() {
    let bad =
        String::from_utf8(largest_event(240, 1)).expect("an event is text").replace("eyJ1c2Vy", "e3J1c2Vy");
    check(&[], bad.as_bytes()).await;
}

#[tokio::test]
async fn six_megabytes_of_changes_stay_below_110_mb_as_parquet() {
    let (registry, peers) = (Apicurio::start(), Peers::start());
    let changes: Vec<Value> = (0..2_000).map(change).collect();
    let values = peers.serialize_avro(&registry.url(), TOPIC, &change_schema(), &changes);
    let event = largest_event_of(|offset| values[offset % values.len()].clone(), 1);
    for codec in ["gzip", "zstd"] {
        let settings = [("SCHEMA_REGISTRY_URL", registry.url()), ("PARQUET_CODEC", codec.to_owned())];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        check_program(Program::ParquetSink, &settings, &event, PARQUET_LIMIT).await;
    }
}

async fn check(settings: &[(&str, &str)], event: &[u8]) {
    check_program(Program::JsonSink, settings, event, LIMIT).await;
}

async fn check_program(program: Program, settings: &[(&str, &str)], event: &[u8], limit: u64) {
    let embedded = Embedded::start().await;
    let sink = program.start(&embedded.bucket("lake"), "lake", settings).await.expect("the function starts");
    // The second finds the heap as the first has left it.
    for _ in 0..2 {
        sink.invoke(event.to_vec()).await.expect("the batch is delivered");
    }
    let peak = sink.process_id().and_then(process::peak_resident_bytes).expect("the function runs");
    #[expect(clippy::print_stdout, reason = "the numbers are worth seeing")]
    {
        println!(
            "{} {settings:?}: {} records, {} bytes, peak {:.1} MB",
            program.name(),
            count(event),
            event.len(),
            peak as f64 / 1e6
        );
    }
    assert!(peak < limit, "peak of {peak} bytes");
}

/// As many records with values of about this length as Lambda would hand over at once.
fn largest_event(value_bytes: usize, partitions: i32) -> Vec<u8> {
    let value = |offset| {
        let text: String =
            (0..value_bytes).map(|at| char::from(b'a' + ((at * 7 + offset * 13) % 26) as u8)).collect();
        format!(r#"{{"user":"user-{}","text":"{text}"}}"#, offset % 100).into_bytes()
    };
    largest_event_of(value, partitions)
}

/// As many records with these values as Lambda would hand over at once.
fn largest_event_of(value: impl Fn(usize) -> Vec<u8>, partitions: i32) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    for offset in 0..10_000 {
        let value = value(offset);
        let record = NewRecord {
            topic: TOPIC,
            partition: offset as i32 % partitions,
            offset: offset as i64,
            timestamp_ms: 1_763_683_200_000 + offset as i64,
            timestamp_type: TimestampType::CreateTime,
            key: Some(b"user"),
            value: Some(&value),
            headers: vec![("traceparent", Some(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))],
        };
        if !event.push_within(&record, MAX_EVENT_BYTES) {
            break;
        }
    }
    event.finish()
}

fn count(event: &[u8]) -> usize {
    event.windows(9).filter(|window| window == b"\"offset\":").count()
}

/// A table's columns as Debezium describes them.
const COLUMNS: [(&str, &str); 12] = [
    ("id", r#""long""#),
    ("customer_id", r#"["null","long"]"#),
    ("status", r#"["null","string"]"#),
    ("title", r#"["null","string"]"#),
    ("email", r#"["null","string"]"#),
    ("note", r#"["null","string"]"#),
    ("price", r#"["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}]"#),
    ("weight", r#"["null","double"]"#),
    ("is_paid", r#"["null","boolean"]"#),
    ("quantity", r#"["null","int"]"#),
    ("created_at", r#"["null",{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}]"#),
    ("updated_at", r#"["null",{"type":"long","connect.name":"io.debezium.time.MicroTimestamp"}]"#),
];

/// The schema of a change: the row before and after, where it comes from, and what was done.
fn change_schema() -> String {
    let columns: Vec<Value> = COLUMNS.iter().map(|(name, kind)| field(name, kind)).collect();
    let source = ["version", "name", "db", "table", "file"].map(|name| field(name, r#""string""#));
    let positions = ["ts_ms", "pos", "row"].map(|name| field(name, r#""long""#));
    let row = json!({ "type": "record", "name": "Value", "fields": columns });
    let source: Vec<Value> = source.into_iter().chain(positions).collect();
    json!({
        "type": "record", "name": "Envelope", "namespace": "shop.orders", "fields": [
            { "name": "before", "type": ["null", row] },
            { "name": "after", "type": ["null", "Value"] },
            { "name": "source", "type": { "type": "record", "name": "Source", "fields": source } },
            { "name": "op", "type": "string" },
            { "name": "ts_ms", "type": ["null", "long"] },
        ],
    })
    .to_string()
}

fn field(name: &str, kind: &str) -> Value {
    let kind: Value = serde_json::from_str(kind).expect("a type is JSON");
    json!({ "name": name, "type": kind })
}

fn change(number: usize) -> Value {
    let row = |step: usize| {
        json!({
            "id": number, "customer_id": number * 7919 % 5000, "status": (["new", "paid", "sent"][(number + step) % 3]),
            "title": format!("Order {number} of a customer"), "email": format!("customer{}@example.com", number % 5000),
            "note": null, "price": { "$decimal": format!("{}.{:02}", number % 900, number % 100) },
            "weight": number as f64 / 7.0, "is_paid": number.is_multiple_of(2), "quantity": number % 12,
            "created_at": 1_762_856_130_000_000_i64 + number as i64 * 977,
            "updated_at": 1_762_856_130_000_000_i64 + number as i64 * 977 + step as i64,
        })
    };
    json!({
        "before": if number.is_multiple_of(4) { Value::Null } else { row(0) }, "after": row(1),
        "source": {
            "version": "3.6.1.Final", "name": "shop", "db": "shop", "table": "orders", "file": "binlog.000042",
            "ts_ms": 1_762_856_130_000_i64 + number as i64, "pos": number * 311, "row": 0,
        },
        "op": if number.is_multiple_of(4) { "c" } else { "u" }, "ts_ms": 1_762_856_130_500_i64 + number as i64,
    })
}
