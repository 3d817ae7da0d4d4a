//! The sample events in Avro can be read with the schemas beside them.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use apache_avro::types::Value;
use apache_avro::{Schema, from_avro_datum};
use local::registry::EmbeddedRegistry;
use record::Record;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../events"))
}

fn schema(name: &str) -> Schema {
    Schema::parse_str(&fs::read_to_string(folder().join("schemas").join(name)).unwrap()).unwrap()
}

/// The schema's file and the datum of a value, by what stands before it or beside it.
fn unframe<'v>(record: Record<'_>, value: &'v [u8]) -> Option<(String, &'v [u8])> {
    const UUID: &str = "4f5b3a66-2f0c-4f0d-9a55-6d2b1c9f1e11.avsc";
    if let Some(metadata) = record.value_schema() {
        return Some((format!("orders-value.{}.avsc", metadata.schema_id), value));
    }
    if record.headers().any(|header| header.name == "__value_schema_id") {
        return Some((UUID.to_owned(), value));
    }
    match value {
        [0, 0, 0, 0, id, datum @ ..] => Some((format!("orders-value.{id}.avsc"), datum)),
        [1, rest @ ..] | [3, 0, rest @ ..] => Some((UUID.to_owned(), &rest[16..])),
        // Compressed.
        [3, 5, ..] => None,
        other => panic!("{other:?} has no frame"),
    }
}

/// Every value is the order that its key names.
#[track_caller]
fn check(name: &str, expected: usize) {
    let batch = record::event::parse(&fs::read(folder().join(name)).unwrap()).unwrap();
    let mut orders = 0;
    for record in batch.records() {
        let Some(value) = record.value() else { continue };
        let Some((file, mut datum)) = unframe(record, value) else { continue };
        let order = from_avro_datum(&schema(&file), &mut datum, None).unwrap();
        assert_eq!(datum, b"", "{name}@{}", record.offset());
        let Value::Record(fields) = order else { panic!("{order:?}") };
        let id: i64 = str::from_utf8(record.key().unwrap()).unwrap().parse().unwrap();
        assert_eq!(fields[0], ("order_id".to_owned(), Value::Long(id)));
        orders += 1;
    }
    assert_eq!(orders, expected, "{name}");
}

#[test]
fn the_sample_events_fit_their_schemas() {
    check("orders.confluent.json", 5);
    check("orders.confluent-guid.json", 2);
    check("orders.glue.json", 1);
    check("orders.source.json", 3);
}

#[tokio::test]
async fn the_sample_schemas_can_be_served() {
    let registry = EmbeddedRegistry::start().await.unwrap();
    registry.load(&folder().join("schemas")).unwrap();
}
