//! Debezium's changes as rows.

use crate::run::deliver;
use crate::{batch, sink, value};

const CREATE: &str = r#"{"before":null, "after":{"id":1.0, "n":"\u00e9"}, "source":{"db":"shop","pos":4}, "op":"c", "ts_ms":7}"#;
const DELETE: &str = r#"{"schema":{"type":"struct"},"payload":{"before":{"id":1,"n":null},"after":null,"source":{"db":"shop","pos":9},"op":"d","ts_ms":8}}"#;
const TRUNCATE: &str = r#"{"before":null,"after":null,"source":{"db":"shop","pos":12},"op":"t","ts_ms":9}"#;

#[track_caller]
fn check(vars: &[(&str, &str)], values: &[&'static str], expected: &[(&str, &str)]) {
    let sink = sink(&[&[("DEBEZIUM_UNWRAP", "after")], vars].concat());
    let records: Vec<_> = (0..).zip(values).map(|(offset, text)| value(offset, Some(text))).collect();
    deliver(&sink, &batch(&records)).expect("delivered");
    let objects: Vec<_> = sink.store().objects().into_iter().collect();
    let found: Vec<_> = objects
        .iter()
        .map(|(key, object)| (key.as_str(), std::str::from_utf8(&object.body).expect("text")))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_change_is_the_line_of_its_row() {
    let lines = concat!(
        r#"{"id":1.0, "n":"\u00e9","__op":"c","__ts_ms":7,"__source_db":"shop","__source_pos":4,"__deleted":false}"#,
        "\n",
        r#"{"id":1,"n":null,"__op":"d","__ts_ms":8,"__source_db":"shop","__source_pos":9,"__deleted":true}"#,
        "\n",
        r#"{"__op":"t","__ts_ms":9,"__source_db":"shop","__source_pos":12,"__deleted":false}"#,
        "\n{\"ts_ms\":1}\n",
    );
    let key = "topics/test-topic/partition=12/test-topic+12+0000000000.json";
    check(&[], &[CREATE, DELETE, TRUNCATE, r#"{"ts_ms":1}"#], &[(key, lines)]);
}

#[test]
fn the_row_tells_the_place() {
    let line =
        r#"{"id":1,"n":null,"__op":"d","__ts_ms":8,"__source_db":"shop","__source_pos":9,"__deleted":true}"#;
    check(
        &[("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "id,__source_db")],
        &[DELETE],
        &[("topics/test-topic/id=1/__source_db=shop/test-topic+12+0000000000.json", &format!("{line}\n"))],
    );
}

#[test]
fn kafkas_metadata_stands_behind_all_others() {
    let sink = sink(&[("DEBEZIUM_UNWRAP", "after"), ("STORE_KAFKA_METADATA", "columns")]);
    deliver(&sink, &batch(&[value(0, Some(TRUNCATE))])).expect("delivered");
    let object = sink.store().objects().into_values().next().expect("an object");
    let line: serde_json::Value = serde_json::from_slice(&object.body).expect("a line of JSON");
    assert_eq!((&line["__op"], &line["_kafka"]["offset"]), (&"t".into(), &0.into()));
}
