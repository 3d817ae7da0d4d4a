use super::field_of;
use crate::columns::avro::AvroDecoder;
use crate::columns::{ColumnOptions, DecodeValues};
use record::Field;
use schema::{Format, SchemaId, WriterSchema};
use std::borrow::Cow;

/// The field at a path of a value in Avro.
#[track_caller]
fn check(data_type: &str, value: &[u8], path: &str, expected: Field<'_>) {
    let text =
        format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": {data_type}}}]}}"#);
    let writer = WriterSchema {
        id: SchemaId::Number(1),
        format: Format::Avro,
        text,
        references: Vec::new(),
        version: None,
    };
    let mut decoder = AvroDecoder::new(&writer, ColumnOptions::default()).unwrap();
    let decoded = decoder.decode(&[value]);
    assert_eq!(decoded.of_payloads, [Ok(0)]);
    assert_eq!(field_of(&decoded.rows, 0, &path.parse().unwrap()), expected, "{path}");
}

fn logical(name: &str, logical: &str) -> String {
    format!(r#"{{"type": "{name}", "logicalType": "{logical}"}}"#)
}

fn integer(digits: &str) -> Field<'_> {
    Field::Integer(Cow::Borrowed(digits))
}

fn text(text: &str) -> Field<'_> {
    Field::Text(Cow::Borrowed(text))
}

#[test]
fn scalars_are_what_paths_are_made_of() {
    check(r#""boolean""#, &[1], "f", Field::Boolean(true));
    check(r#""int""#, &[1], "f", integer("-1"));
    check(r#""long""#, &[4], "f", integer("2"));
    check(r#""string""#, &[2, b'x'], "f", text("x"));
    check(r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#, &[0], "f", text("A"));
    check(r#"{"type": "bytes", "logicalType": "decimal", "precision": 5}"#, &[2, 0xff], "f", integer("-1"));
    check(r#"{"type": "bytes", "logicalType": "decimal", "precision": 50}"#, &[2, 7], "f", integer("7"));
    let uuid = r#"{"type": "fixed", "name": "F", "size": 16, "logicalType": "uuid"}"#;
    let bytes: Vec<u8> = (0xf0..=0xff).collect();
    check(uuid, &bytes, "f", text("f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff"));
}

#[test]
fn times_are_rounded_toward_the_past() {
    check(&logical("int", "date"), &[1], "f", text("1969-12-31"));
    check(
        &logical("int", "date"),
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        "f",
        Field::Other("date beyond the year 9999"),
    );
    check(&logical("long", "timestamp-millis"), &[1], "f", Field::Timestamp(-1));
    check(&logical("long", "timestamp-micros"), &[1], "f", Field::Timestamp(-1));
    check(&logical("long", "local-timestamp-nanos"), &[1], "f", Field::Timestamp(-1));
    check(&logical("int", "time-millis"), &[2], "f", Field::Other("time"));
}

#[test]
fn what_is_null_or_missing_is_absent() {
    check(r#"["null", "int"]"#, &[0], "f", Field::Absent);
    check(r#""null""#, &[], "f", Field::Absent);
    check(r#""int""#, &[0], "g", Field::Absent);
    check(r#""int""#, &[0], "f.g", Field::Absent);
    let inner = r#"["null", {"type": "record", "name": "S", "fields": [{"name": "i", "type": "int"}]}]"#;
    check(inner, &[0], "f.i", Field::Absent);
    check(inner, &[2, 4], "f.i", integer("2"));
    check(inner, &[2, 4], "f.j", Field::Absent);
}

#[test]
fn a_union_is_the_branch_that_has_a_value() {
    let union =
        r#"["null", "int", {"type": "record", "name": "S", "fields": [{"name": "i", "type": "string"}]}]"#;
    check(union, &[0], "f", Field::Absent);
    check(union, &[2, 4], "f", integer("2"));
    check(union, &[2, 4], "f.int", integer("2"));
    check(union, &[2, 4], "f.S", Field::Absent);
    check(union, &[2, 4], "f.i", Field::Absent);
    check(union, &[4, 2, b'x'], "f.i", text("x"));
    check(union, &[4, 2, b'x'], "f.S.i", text("x"));
    check(union, &[4, 2, b'x'], "f", Field::Other("record"));
}

#[test]
fn what_cannot_stand_in_a_path_has_its_name() {
    check(r#""double""#, &[0; 8], "f", Field::Other("fractional number"));
    check(r#""bytes""#, &[0], "f", Field::Other("bytes"));
    check(r#"{"type": "fixed", "name": "F", "size": 16}"#, &[0; 16], "f", Field::Other("bytes"));
    check(r#"{"type": "array", "items": "int"}"#, &[0], "f", Field::Other("array"));
    check(r#"{"type": "map", "values": "int"}"#, &[0], "f", Field::Other("map"));
    let decimal = r#"{"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2}"#;
    check(decimal, &[2, 7], "f", Field::Other("decimal"));
}
