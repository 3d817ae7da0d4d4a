//! Records that can't become rows.

use super::{Lake, OTHER, V1, framed, record};
use apache_avro::types::Value;
use schema::StubSchema;

fn order(offset: i64) -> Vec<u8> {
    framed(1, V1, Value::Record(vec![("id".to_owned(), Value::Long(offset))]))
}

#[test]
fn a_value_without_a_frame_is_told_by_its_first_byte() {
    let lake = Lake::new(&[], &[V1]);
    lake.deliver(&[record(0, Some(b"{}"))]);
    let quarantine = lake.quarantine();
    assert_eq!(quarantine[0].1, "invalid_frame");
    assert!(quarantine[0].2.contains("0x7b"), "{}", quarantine[0].2);
}

#[test]
fn an_id_that_the_registry_does_not_know_is_named() {
    let value = framed(99, V1, Value::Record(vec![("id".to_owned(), Value::Long(1))]));
    let lake = Lake::new(&[], &[V1]);
    let (first, last) = (order(0), order(2));
    let records = [record(0, Some(&first)), record(1, Some(&value)), record(2, Some(&last))];
    for _ in 0..2 {
        lake.deliver(&records);
        let message = format!("schema 99: the registry at {:?} does not know it", lake.registry.url);
        assert_eq!(lake.quarantine(), [(1, "unknown_schema".to_owned(), message)]);
        let rows: Vec<i64> =
            lake.rows().into_values().flatten().map(|row| row["id"].as_i64().expect("an id")).collect();
        assert_eq!(rows, [0, 2]);
    }
    assert_eq!(lake.objects().len(), 2);
}

#[test]
fn a_value_that_breaks_off_is_rejected_alone() {
    let lake = Lake::new(&[], &[OTHER]);
    let good = framed(1, OTHER, Value::Record(vec![("id".to_owned(), Value::String("good".to_owned()))]));
    let bad = &good[..good.len() - 1];
    let records: Vec<_> =
        (0..100).map(|offset| record(offset, Some(if offset == 50 { bad } else { &good }))).collect();
    let report = lake.deliver(&records);
    assert_eq!((report.data.records, report.quarantine.records), (99, 1));
    assert_eq!(lake.quarantine()[0].0, 50);
    assert_eq!(lake.quarantine()[0].1, "invalid_value");
}

#[test]
fn a_schema_of_another_format_is_told_by_both_names() {
    let schema = StubSchema { schema_type: "PROTOBUF".to_owned(), ..StubSchema::avro(1, "orders-value", "") };
    let lake = Lake::with_schemas(&[], &[schema]);
    lake.deliver(&[record(0, Some(&order(0)))]);
    let (_, kind, message) = &lake.quarantine()[0];
    assert_eq!(kind, "unusable_schema");
    assert_eq!(message, "schema 1: the registry has it as protobuf, and value.converter says avro");
}

#[test]
fn a_schema_with_the_name_that_kafkas_metadata_takes_is_refused() {
    let schema = r#"{"type":"record","name":"R","fields":[{"name":"_kafka","type":"int"}]}"#;
    let lake = Lake::new(&[("STORE_KAFKA_METADATA", "columns")], &[schema]);
    let value = framed(1, schema, Value::Record(vec![("_kafka".to_owned(), Value::Int(1))]));
    lake.deliver(&[record(0, Some(&value))]);
    assert_eq!(lake.quarantine()[0].1, "name_taken");
}

#[test]
fn a_registry_that_is_gone_fails_the_batch_and_its_next_try_is_delivered() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = format!("http://{gone}");
    let lake = Lake::new(&[("SCHEMA_REGISTRY_URL", url.as_str())], &[V1]);
    let error = lake.try_deliver(&[record(0, Some(&order(0)))]).expect_err("no registry");
    assert_eq!(error.kind(), "RegistryFailed");
    let text = pipeline::chain(&error).to_string();
    assert!(text.contains("schema 1") && text.contains(&url), "{text}");
    assert!(lake.objects().is_empty());
}
