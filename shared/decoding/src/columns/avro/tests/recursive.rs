use super::{bytes, decoded, json_decoder, long, record_of};
use crate::columns::avro::columns;
use crate::columns::{ColumnOptions, DecodeValues};

const TREE: &str = r#"{"type": "record", "name": "com.x.Tree", "fields": [
    {"name": "n", "type": "int"}, {"name": "inner", "type": {"type": "array", "items": "Tree"}}]}"#;

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = columns(text, &[], ColumnOptions::default()).unwrap_err();
    assert_eq!(error.0, format!("the Avro schema {expected}"));
}

#[test]
fn without_the_setting_a_schema_that_no_column_can_hold_is_refused_with_the_way_out() {
    let why = "and Parquet has no column for that; set recursive.types=json for a column of JSON text";
    check_refused(TREE, &format!("has the record `com.x.Tree`, which contains itself, {why}"));
    check_refused(
        &record_of(&format!(r#"{{"type": "array", "items": ["null", {TREE}]}}"#)),
        &format!("has the record `com.x.Tree` of the field `f[]`, which contains itself, {why}"),
    );
    let empty = r#"{"type": "record", "name": "Empty", "fields": []}"#;
    check_refused(
        &record_of(empty),
        &format!("has the record `Empty` of the field `f`, which has no fields, {why}"),
    );
    check_refused(empty, &format!("has the record `Empty`, which has no fields, {why}"));
}

#[test]
fn a_record_that_contains_itself_is_json_where_it_begins() {
    let mut decoder = json_decoder(&record_of(TREE));
    assert_eq!(decoder.schema().columns.field(0).metadata()["landfall.logical"], "json");
    assert_eq!(
        decoded(&mut decoder, &[vec![2, 4, 4, 0, 6, 0, 0], vec![2, 0]]),
        [
            Ok(r#"{"n":1,"inner":[{"n":2,"inner":[]},{"n":3,"inner":[]}]}"#.to_owned()),
            Ok(r#"{"n":1,"inner":[]}"#.to_owned())
        ]
    );
}

#[test]
fn the_outermost_record_has_columns_even_where_it_contains_itself() {
    let mut decoder = json_decoder(TREE);
    assert_eq!(
        decoded(&mut decoder, &[vec![2, 4, 4, 0, 6, 2, 8, 0, 0, 0]]),
        [Ok(r#"1 | [{"n":2,"inner":[]}, {"n":3,"inner":[{"n":4,"inner":[]}]}]"#.to_owned())]
    );
}

#[test]
fn records_that_contain_each_other_are_json() {
    let mut decoder = json_decoder(&record_of(
        r#"["null", {"type": "record", "name": "A", "fields": [
            {"name": "b", "type": ["null", {"type": "record", "name": "B", "fields": [
                {"name": "a", "type": ["null", "A"]}]}]}]}]"#,
    ));
    assert_eq!(
        decoded(&mut decoder, &[vec![0], vec![2, 2, 2, 0]]),
        [Ok("null".to_owned()), Ok(r#"{"b":{"a":{"b":null}}}"#.to_owned())]
    );
}

#[test]
fn a_record_without_fields_is_json() {
    let empty = r#"{"type": "record", "name": "Empty", "fields": []}"#;
    assert_eq!(decoded(&mut json_decoder(empty), &[vec![], vec![]]), [Ok("{}".into()), Ok("{}".into())]);
    let mut decoder = json_decoder(&record_of(&format!(r#"{{"type": "array", "items": {empty}}}"#)));
    assert_eq!(decoded(&mut decoder, &[vec![4, 0]]), [Ok("[{}, {}]".to_owned())]);
    let mut decoder = json_decoder(&record_of(&format!(r#"["int", {empty}]"#)));
    assert_eq!(decoded(&mut decoder, &[vec![2]]), [Ok("{int: null, Empty: {}}".to_owned())]);
}

#[test]
fn every_type_has_its_json() {
    let text = record_of(
        r#"{"type": "record", "name": "S", "fields": [
            {"name": "again", "type": ["null", "S"]},
            {"name": "boolean", "type": "boolean"}, {"name": "long", "type": "long"},
            {"name": "float", "type": "float"}, {"name": "double", "type": "double"},
            {"name": "nan", "type": "double"}, {"name": "infinite", "type": "float"},
            {"name": "bytes", "type": "bytes"}, {"name": "string", "type": "string"},
            {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 2}},
            {"name": "enum", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
            {"name": "map", "type": {"type": "map", "values": ["int", "string"]}},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#,
    );
    let value = [
        long(0),
        vec![1],
        long(i64::MIN),
        0.1_f32.to_le_bytes().to_vec(),
        1e300_f64.to_le_bytes().to_vec(),
        f64::NAN.to_le_bytes().to_vec(),
        f32::NEG_INFINITY.to_le_bytes().to_vec(),
        bytes([255, 254]),
        bytes("a\"\n🦀"),
        vec![1, 2],
        long(1),
        vec![4, 2, b'x', 0, 2, 2, b'y', 2, 2, b'z', 0],
        long(-1),
    ]
    .concat();
    let expected = concat!(
        r#"{"again":null,"boolean":true,"long":-9223372036854775808,"float":0.1,"double":1e+300,"#,
        r#""nan":"NaN","infinite":"-Infinity","bytes":"//4=","string":"a\"\n🦀","fixed":"AQI=","enum":"B","#,
        r#""map":{"x":1,"y":"z"},"at":-1}"#
    );
    assert_eq!(decoded(&mut json_decoder(&text), &[value]), [Ok(expected.to_owned())]);
}

#[test]
fn a_value_may_contain_itself_many_times_but_not_without_end() {
    let list = r#"{"type": "record", "name": "L", "fields": [{"name": "next", "type": ["null", "L"]}]}"#;
    let mut decoder = json_decoder(&record_of(list));
    let nested = |levels: usize| [vec![2; levels], vec![0]].concat();
    let texts = decoded(&mut decoder, &[nested(499), nested(500), nested(100_000)]);
    let bad = |text: &Result<String, String>| {
        text.clone().unwrap_err().contains("contains itself more than 500 levels deep")
    };
    assert_eq!(texts[0].as_ref().unwrap().len(), 500 * r#"{"next":}"#.len() + "null".len());
    assert!(bad(&texts[1]) && bad(&texts[2]));
}

#[test]
fn a_bad_value_within_the_json_is_told_with_its_field() {
    assert_eq!(
        decoded(&mut json_decoder(&record_of(TREE)), &[vec![2, 2, 4]]),
        [Err("the field `f.inner[].inner[]` ends before it is complete".to_owned())]
    );
}
