//! What cannot be decoded goes to quarantine with its bytes, and holds nothing up.

use crate::lake::{Lake, TIMESTAMP_MS, TOPIC, avro, event, record, schema_id};
use end_to_end::base64;
use end_to_end::sink::failure;
use record::Source;
use record::event::EventWriter;
use serde_json::{Value, json};

const SCHEMA: &str = r#"{"type":"record","name":"Order","namespace":"bad","fields":[
    {"name":"id","type":"long"},{"name":"name","type":"string"},
    {"name":"at","type":{"type":"int","logicalType":"time-millis"}}
]}"#;

#[tokio::test]
async fn one_corrupt_record_among_ten_thousand_is_alone_in_quarantine() {
    let bad = 5_000;
    let rows: Vec<Value> = (0..10_000).map(row).collect();
    let mut values = avro("bad-thousands", SCHEMA, &rows);
    let length = values[bad].len();
    values[bad].truncate(length - 3);
    let lake = Lake::start(&[]).await;
    let mut first = None;
    for _ in 0..2 {
        lake.deliver(event(&values)).await;
        let objects: Vec<_> =
            lake.objects().await.into_iter().map(|(key, object)| (key, object.body)).collect();
        assert_eq!(objects.len(), 2);
        assert_eq!(first.get_or_insert_with(|| objects.clone()), &objects, "a second run adds nothing");
    }
    let expected: Vec<Value> =
        rows.into_iter().enumerate().filter(|(index, _)| *index != bad).map(|(_, row)| row).collect();
    let landed = lake.only_file().await.rows;
    assert_eq!(landed.len(), 9_999);
    assert!(landed == expected, "the others are as they were");
    let lines = lake.quarantined().await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["offset"], 5_000);
    assert_eq!(lines[0]["value"], base64::encode(&values[bad]));
}

#[tokio::test]
async fn every_kind_of_corruption_is_told_and_the_neighbours_land() {
    let whole = avro("bad-kinds", SCHEMA, &[row(0)]).remove(0);
    let (frame, datum) = whole.split_at(5);
    let with = |datum: &[u8]| [frame, datum].concat();
    let unknown = [&[0, 0x7f, 0xff, 0xff, 0xff], datum].concat();
    for (value, kind) in [
        (Vec::new(), "invalid_frame"),
        (whole[..4].to_vec(), "invalid_frame"),
        (b"{\"id\":1}".to_vec(), "invalid_frame"),
        ([&[3, 0], datum].concat(), "invalid_frame"),
        (with(&[]), "invalid_value"),
        (with(&datum[..datum.len() - 1]), "invalid_value"),
        (with(&[datum, &[0]].concat()), "invalid_value"),
        // A length of minus one, and one that no memory holds.
        (with(&[2, 1, 0]), "invalid_value"),
        (with(&[2, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0]), "invalid_value"),
        // Text that is not UTF-8.
        (with(&[2, 4, 0xff, 0xfe, 0]), "invalid_value"),
        // A number that never ends.
        (with(&[0xff; 12]), "invalid_value"),
        // A time of day of minus one: Parquet has no word for it.
        (with(&[2, 0, 1]), "invalid_value"),
        (unknown, "unknown_schema"),
    ] {
        let lake = Lake::start(&[]).await;
        let mut values = avro("bad-kinds", SCHEMA, &[row(0), row(1), row(2)]);
        values[1] = value;
        lake.deliver(event(&values)).await;
        let lines = lake.quarantined().await;
        let kinds: Vec<&Value> = lines.iter().map(|line| &line["errorKind"]).collect();
        assert_eq!(kinds, [kind], "{:?}: {lines:?}", values[1]);
        assert_eq!(lines[0]["value"], base64::encode(&values[1]));
        assert_eq!(lake.only_file().await.rows, [row(0), row(2)], "{:?}", values[1]);
    }
}

#[tokio::test]
async fn a_bad_record_fails_the_batch_where_the_settings_have_no_tolerance() {
    let mut values = avro("bad-tolerance", SCHEMA, &[row(0), row(1)]);
    values[1].pop();
    let lake = Lake::start(&[("ERRORS_TOLERANCE", "none")]).await;
    let (error_type, message) = failure(lake.sink.invoke(event(&values)).await);
    assert_eq!(error_type, "BadRecord");
    assert!(message.starts_with("record s3.sink-0@1 is refused by errors.tolerance=none: "), "{message}");
    assert!(lake.objects().await.is_empty());
}

#[tokio::test]
async fn a_schema_of_another_format_is_told_as_that() {
    let json = crate::lake::PEERS.serialize_json(
        &crate::lake::APICURIO.url(),
        "bad-format",
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Other","type":"object"}"#,
        &[],
        &[json!({ "id": 1 })],
    );
    let id = schema_id(&json[0]);
    let lake = Lake::start(&[]).await;
    lake.deliver(event(&json)).await;
    let lines = lake.quarantined().await;
    assert_eq!(lines[0]["errorKind"], "unusable_schema");
    let message = lines[0]["errorMessage"].as_str().expect("a reason is text");
    assert!(message.contains(&id.to_string()) && message.to_lowercase().contains("json"), "{message}");
}

#[tokio::test]
async fn tombstones_fail_are_ignored_or_stay_as_the_settings_say() {
    let rows = [row(0), row(1)];
    let values = avro("bad-tombstones", SCHEMA, &rows);
    let batch = || {
        let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
        event.push(&record(TOPIC, 0, 0, Some(&values[0])));
        event.push(&record(TOPIC, 0, 1, None));
        event.push(&record(TOPIC, 0, 2, Some(&values[1])));
        event.finish()
    };

    let lake = Lake::start(&[]).await;
    lake.deliver(batch()).await;
    assert_eq!(lake.only_file().await.rows, rows);
    let lines = lake.quarantined().await;
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["errorKind"], &lines[0]["value"]), (&json!("tombstone"), &Value::Null));

    let lake = Lake::start(&[("BEHAVIOR_ON_NULL_VALUES", "ignore")]).await;
    lake.deliver(batch()).await;
    assert_eq!(lake.only_file().await.rows, rows);
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());

    for mode in ["NONE", "BACKWARD"] {
        let lake = Lake::start(&[
            ("BEHAVIOR_ON_NULL_VALUES", "write"),
            ("STORE_KAFKA_METADATA", "columns"),
            ("SCHEMA_COMPATIBILITY", mode),
        ])
        .await;
        lake.deliver(batch()).await;
        assert_eq!(lake.quarantined().await, Vec::<Value>::new());
        let mut landed: Vec<Value> = lake.files().await.into_values().flat_map(|file| file.rows).collect();
        landed.sort_by_key(|row| row["_kafka"]["offset"].as_i64());
        let ids: Vec<Option<i64>> = landed.iter().map(|row| row["id"].as_i64()).collect();
        assert_eq!(ids, [Some(0), None, Some(1)], "{mode}");
        let key = json!({ "$bytes": base64::encode(b"key") });
        assert_eq!(landed[1]["_kafka"]["key"], key, "{mode}");
        let beside = landed[1].as_object().into_iter().flatten().filter(|(name, _)| *name != "_kafka");
        assert!(beside.into_iter().all(|(_, value)| value.is_null()), "{mode}: {}", landed[1]);
    }
}

#[tokio::test]
async fn kafka_columns_tell_where_a_row_has_been() {
    let values = avro("bad-kafka", SCHEMA, &[row(0), row(1)]);
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    let mut first = record(TOPIC, 7, 41, Some(&values[0]));
    first.headers = vec![("a", Some(b"\x00\xff")), ("a", None), ("", Some(b""))];
    event.push(&first);
    let mut second = record(TOPIC, 7, 43, Some(&values[1]));
    second.key = None;
    event.push(&second);
    let lake = Lake::start(&[("STORE_KAFKA_METADATA", "columns")]).await;
    lake.deliver(event.finish()).await;
    let file = lake.only_file().await;
    let kafka: Vec<&Value> = file.rows.iter().map(|row| &row["_kafka"]).collect();
    let at = json!({ "$timestamp": "2025-11-11T10:15:30Z" });
    assert_eq!(TIMESTAMP_MS, 1_762_856_130_000);
    let bytes = |bytes: &[u8]| json!({ "$bytes": base64::encode(bytes) });
    assert_eq!(
        kafka,
        [
            &json!({
                "topic": TOPIC, "partition": 7, "offset": 41, "timestamp": at, "timestamp_type": "CREATE_TIME",
                "key": bytes(b"key"),
                "headers": [
                    { "name": "a", "value": bytes(b"\x00\xff") },
                    { "name": "a", "value": null },
                    { "name": "", "value": bytes(b"") },
                ],
            }),
            &json!({
                "topic": TOPIC, "partition": 7, "offset": 43, "timestamp": at, "timestamp_type": "CREATE_TIME",
                "key": null, "headers": [],
            }),
        ]
    );
    assert_eq!(file.metadata["landfall.topic"], TOPIC);
    assert_eq!(file.metadata["landfall.partition"], "7");
    assert_eq!(file.metadata["landfall.coverage"], "41:1,1,1");
    assert_eq!(file.metadata["landfall.schema.id"], schema_id(&values[0]).to_string());
    assert!(file.created_by.starts_with("landfall version "), "{}", file.created_by);
}

fn row(number: usize) -> Value {
    json!({ "id": number, "name": format!("name-{number}"), "at": { "$time": "10:15:30" } })
}
