//! Rows of several versions of a schema stand in one batch, in turn; nothing of them is lost in any mode.

use crate::lake::{APICURIO, Lake, PEERS, avro, event, schema_id};
use end_to_end::peers::ParquetFile;
use serde_json::{Value, json};

const V1: &str = r#"{"type":"record","name":"User","namespace":"evolution","fields":[
    {"name":"id","type":"long"},{"name":"name","type":"string"}
]}"#;

/// What was there, and a field that may be null.
const V2: &str = r#"{"type":"record","name":"User","namespace":"evolution","fields":[
    {"name":"id","type":"long"},{"name":"name","type":"string"},
    {"name":"email","type":["null","string"],"default":null}
]}"#;

/// And a field with a default that is a value.
const V3: &str = r#"{"type":"record","name":"User","namespace":"evolution","fields":[
    {"name":"id","type":"long"},{"name":"name","type":"string"},
    {"name":"email","type":["null","string"],"default":null},
    {"name":"country","type":"string","default":"KR"}
]}"#;

/// Versions as they follow each other in the batch, some times over.
const ROUNDS: usize = 20;

#[tokio::test]
async fn without_compatibility_each_version_has_an_object_of_its_own() {
    let files = deliver("none", &[]).await;
    let first_offsets: Vec<&str> = files.iter().map(|(key, _)| key.as_str()).collect();
    let key = |offset| format!("topics/s3.sink/partition=0/s3.sink+0+{offset:010}.snappy.parquet");
    assert_eq!(first_offsets, [key(0), key(1), key(2)], "not one for each switch between versions");
    for (version, (key, file)) in files.iter().enumerate() {
        let expected: Vec<Value> = (0..ROUNDS).map(|round| row(round * 3 + version, version)).collect();
        assert_eq!(file.rows, expected, "{key}");
    }
}

#[tokio::test]
async fn backward_compatible_rows_are_all_of_the_newest_version() {
    check_one_object("BACKWARD", newest).await;
}

#[tokio::test]
async fn fully_compatible_rows_are_all_of_the_newest_version() {
    check_one_object("FULL", newest).await;
}

#[tokio::test]
async fn forward_compatible_rows_are_all_of_the_oldest_version() {
    check_one_object("FORWARD", |number| row(number, 0)).await;
}

#[tokio::test]
async fn numbers_that_became_wider_are_widened() {
    let schema = |kind: &str| {
        format!(
            r#"{{"type":"record","name":"Wide","namespace":"evolution","fields":[{{"name":"n","type":"{kind}"}}]}}"#
        )
    };
    let mut values = avro("evolution-wide", &schema("int"), &[json!({ "n": -1 })]);
    values.extend(avro("evolution-wide", &schema("long"), &[json!({ "n": i64::MAX })]));
    let lake = Lake::start(&[("SCHEMA_COMPATIBILITY", "BACKWARD")]).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.only_file().await.rows, [json!({ "n": -1 }), json!({ "n": i64::MAX })]);
}

#[tokio::test]
async fn versions_that_no_rule_unites_lose_nothing() {
    let schema = |kind: &str| {
        format!(
            r#"{{"type":"record","name":"Odd","namespace":"evolution","fields":[{{"name":"n","type":"{kind}"}}]}}"#
        )
    };
    for mode in ["NONE", "BACKWARD", "FORWARD", "FULL"] {
        let mut values = avro("evolution-odd", &schema("string"), &[json!({ "n": "a" })]);
        values.extend(avro("evolution-odd", &schema("boolean"), &[json!({ "n": true })]));
        let lake = Lake::start(&[("SCHEMA_COMPATIBILITY", mode)]).await;
        lake.deliver(event(&values)).await;
        let rows: Vec<Value> = lake.files().await.into_values().flat_map(|file| file.rows).collect();
        assert_eq!(rows, [json!({ "n": "a" }), json!({ "n": true })], "{mode}");
    }
}

#[tokio::test]
async fn a_batch_that_comes_again_in_parts_is_still_there_once() {
    for mode in ["NONE", "BACKWARD", "FORWARD", "FULL"] {
        let values = interleaved("again");
        let lake = Lake::start(&[("SCHEMA_COMPATIBILITY", mode)]).await;
        lake.deliver(event(&values[..7])).await;
        lake.deliver(event(&values)).await;
        lake.deliver(event(&values[..4])).await;
        let mut ids: Vec<i64> = lake
            .files()
            .await
            .into_values()
            .flat_map(|file| file.rows)
            .map(|row| row["id"].as_i64().expect("a row has an id"))
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..ROUNDS as i64 * 3).collect::<Vec<_>>(), "{mode}");
    }
}

async fn check_one_object(mode: &str, expected: impl Fn(usize) -> Value) {
    let files = deliver(mode, &[("SCHEMA_COMPATIBILITY", mode)]).await;
    let [(_, file)] = files.as_slice() else { panic!("expected one object, got {}", files.len()) };
    let expected: Vec<Value> = (0..ROUNDS * 3).map(expected).collect();
    assert_eq!(file.rows, expected);
}

/// Delivers the batch, and gives the objects by key.
async fn deliver(topic: &str, settings: &[(&str, &str)]) -> Vec<(String, ParquetFile)> {
    let values = interleaved(topic);
    let mut ids: Vec<u32> = values.iter().map(|value| schema_id(value)).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "three versions are registered");
    let lake = Lake::start(settings).await;
    lake.deliver(event(&values)).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    lake.files().await.into_iter().collect()
}

/// Values of the three versions in turn.
fn interleaved(topic: &str) -> Vec<Vec<u8>> {
    let topic = format!("evolution-{topic}");
    let mut versions = [V1, V2, V3].into_iter().enumerate().map(|(version, schema)| {
        let rows: Vec<Value> = (0..ROUNDS).map(|round| row(round * 3 + version, version)).collect();
        PEERS.serialize_avro(&APICURIO.url(), &topic, schema, &rows).into_iter()
    });
    let mut versions: [_; 3] = std::array::from_fn(|_| versions.next().expect("there are three"));
    (0..ROUNDS * 3).map(|number| versions[number % 3].next().expect("each has its rows")).collect()
}

/// A row as a version of the schema has it.
fn row(number: usize, version: usize) -> Value {
    let mut row = json!({ "id": number, "name": format!("user-{number}") });
    if version > 0 {
        row["email"] =
            if number.is_multiple_of(2) { Value::Null } else { format!("{number}@example.com").into() };
    }
    if version > 1 {
        row["country"] = if number % 4 == 2 { "FR".into() } else { "DE".into() };
    }
    row
}

/// What a row is for a reader of the newest version.
fn newest(number: usize) -> Value {
    let mut row = row(number, number % 3);
    let row_object = row.as_object_mut().expect("a row is an object");
    row_object.entry("email").or_insert(Value::Null);
    row_object.entry("country").or_insert_with(|| "KR".into());
    row
}
