//! Values without a registry.

use super::{Lake, record};
use serde_json::{Value as Json, json};

#[track_caller]
fn check(vars: &[(&str, &str)], values: &[&str], expected: Json) {
    let lake = Lake::new(vars, &[]);
    let records: Vec<_> =
        (0..).zip(values).map(|(offset, value)| record(offset, Some(value.as_bytes()))).collect();
    lake.deliver(&records);
    let rows: Vec<Json> = lake.rows().into_values().flatten().collect();
    assert_eq!(Json::Array(rows), expected, "{:?}", lake.quarantine());
}

#[test]
fn connects_envelope_brings_its_schema() {
    let value = r#"{"schema":{"type":"struct","fields":[
        {"field":"id","type":"int64"},
        {"field":"name","type":"string","optional":true}
    ]},"payload":{"id":7,"name":null}}"#;
    check(&[("VALUE_CONVERTER", "json")], &[value], json!([{"id":7,"name":null}]));
}

#[test]
fn plain_json_has_the_columns_that_are_declared() {
    let vars = [
        ("VALUE_CONVERTER", "json"),
        ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false"),
        (
            "VALUE_SCHEMA",
            r#"{"type":"object","properties":{"id":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}},
                "required":["id"]}"#,
        ),
    ];
    check(
        &vars,
        &[r#"{"id":1,"tags":["a"]}"#, r#"{"id":2}"#],
        json!([{"id":1,"tags":["a"]},{"id":2,"tags":null}]),
    );
    let avro = r#"{"type":"record","name":"R","fields":[{"name":"id","type":"int"},
        {"name":"kind","type":"string","default":"none"}]}"#;
    let vars = [vars[0], vars[1], ("VALUE_SCHEMA", avro)];
    check(&vars, &[r#"{"id":1}"#], json!([{"id":1,"kind":"none"}]));
}

#[test]
fn texts_and_bytes_are_one_column() {
    check(&[("VALUE_CONVERTER", "string")], &["a", ""], json!([{"value":"a"},{"value":""}]));
    check(&[("VALUE_CONVERTER", "bytes")], &["a"], json!([{"value":"61"}]));
}
