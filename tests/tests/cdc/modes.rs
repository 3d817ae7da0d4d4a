//! What Debezium writes in its other modes.

use crate::lake::Lake;
use crate::lane::{Frame, Lane, with_modes};
use crate::tables;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CONNECT_TIMES: [(&str, &str); 4] = [
    ("decimal.handling.mode", "string"),
    ("time.precision.mode", "connect"),
    ("binary.handling.mode", "base64"),
    ("bigint.unsigned.handling.mode", "long"),
];

const ISO_TIMES: [(&str, &str); 3] = [
    ("decimal.handling.mode", "double"),
    ("time.precision.mode", "isostring"),
    ("binary.handling.mode", "hex"),
];

const NANOSECONDS: [(&str, &str); 2] =
    [("time.precision.mode", "nanoseconds"), ("binary.handling.mode", "base64-url-safe")];

const MICROSECONDS: [(&str, &str); 1] = [("time.precision.mode", "microseconds")];

const UNWRAPPED: [(&str, &str); 4] = [
    ("transforms", "unwrap"),
    ("transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState"),
    ("transforms.unwrap.delete.tombstone.handling.mode", "rewrite-with-tombstone"),
    ("transforms.unwrap.add.fields", "op,source.ts_ms"),
];

const LANES: [Lane; 9] = [
    with_modes("avro-connect", Frame::Confluent, &CONNECT_TIMES),
    with_modes("avro-iso", Frame::Confluent, &ISO_TIMES),
    with_modes("avro-nano", Frame::Confluent, &NANOSECONDS),
    with_modes("avro-micro", Frame::Confluent, &MICROSECONDS),
    with_modes("avro-flat", Frame::Confluent, &UNWRAPPED),
    with_modes("json-connect", Frame::JsonWithSchema, &CONNECT_TIMES),
    with_modes("json-iso", Frame::JsonWithSchema, &ISO_TIMES),
    with_modes("json-nano", Frame::JsonWithSchema, &NANOSECONDS),
    with_modes("json-flat", Frame::JsonWithSchema, &UNWRAPPED),
];

/// What a column says in the row of `id` 1, by mode; the value in MySQL stands behind it.
fn expected() -> [(&'static str, &'static [&'static str], Value); 18] {
    [
        ("de", &["connect"], json!("-12345678.90")), // -12345678.90
        ("de", &["iso"], json!(-12345678.9)),
        ("de", &["nano", "micro", "flat"], json!({ "$decimal": "-12345678.90" })),
        ("bu", &["connect"], json!(-1)), // 18446744073709551615
        ("bu", &["iso", "nano", "micro", "flat"], json!({ "$decimal": "18446744073709551615" })),
        ("t0", &["connect", "iso"], Value::Null), // -838:59:59
        ("t0", &["nano"], json!(-3_020_399_000_000_000_i64)),
        ("t0", &["micro", "flat"], json!(-3_020_399_000_000_i64)),
        ("t6", &["connect"], json!(86_399_999)), // 23:59:59.999999
        ("t6", &["iso"], json!("23:59:59.999999Z")),
        ("t6", &["nano"], json!(86_399_999_999_000_i64)),
        ("da", &["connect", "nano", "micro", "flat"], json!({ "$date": "2024-02-29" })), // 2024-02-29
        ("d6", &["connect"], json!({ "$timestamp": "1969-12-31T23:59:59.999000Z" })), // 1969-12-31 23:59:59.999999
        ("d6", &["nano", "micro", "flat"], json!({ "$timestamp": "1969-12-31T23:59:59.999999" })),
        ("ts", &["connect", "iso", "nano", "micro", "flat"], json!({ "$timestamp": "2024-01-01T00:00:00Z" })),
        ("vb", &["connect"], json!("/wA=")), // 0xff00
        ("vb", &["iso"], json!("ff00")),
        ("vb", &["nano"], json!("_wA=")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_debezium_writes_in_its_other_modes_lands_the_same_in_avro_and_in_json() {
    let mut lake = Lake::start(&LANES, &tables::TABLES).await;
    // The snapshot first: what follows comes from the binlog.
    for lane in LANES {
        lake.wait_for_records(lane, "kinds", 1).await;
    }
    lake.mysql.execute(&[tables::ALL_KINDS, "DELETE FROM shop.kinds WHERE id = 1"]);
    for lane in LANES {
        // Two more rows, a delete and its tombstone.
        lake.wait_for_records(lane, "kinds", 5).await;
        lake.poll(lane, "kinds").await;
    }
    let mut rows_of_modes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for lane in LANES {
        lake.wait_for_delivery(lane, &["kinds"]).await;
        let mut rows: Vec<Value> = lake.rows(lane, "kinds").into_iter().map(without_place).collect();
        rows.sort_by_cached_key(Value::to_string);
        assert_eq!(rows.len(), 4, "{}: {rows:#?}", lane.connector);
        let mode = mode(lane);
        for (column, modes, value) in expected() {
            for row in rows.iter().filter(|row| row["id"] == 1 && modes.contains(&mode)) {
                assert_eq!(row[column], value, "{column} of {}", lane.connector);
            }
        }
        let known = rows_of_modes.entry(mode).or_insert_with(|| rows.clone());
        assert_eq!(*known, rows, "{} and its other frame", lane.connector);
    }
    assert_eq!(lake.quarantined(), Vec::<String>::new());
}

/// What stands behind the frame in a connector's name.
fn mode(lane: Lane) -> &'static str {
    lane.connector.split_once('-').expect("a connector is called after its frame and its mode").1
}

/// A row without what is another in each topic: where it stands, and when a connector saw it.
fn without_place(mut row: Value) -> Value {
    let columns = row.as_object_mut().expect("a row is an object");
    columns.retain(|name, _| name != "_kafka" && name != "__ts_ms" && !name.starts_with("__source_"));
    row
}
