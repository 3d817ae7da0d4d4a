use super::{UnusableSchema, columns, record_of};
use crate::columns::ColumnOptions;

#[track_caller]
fn check(text: &str, expected: &str) {
    let UnusableSchema(message) = columns(text, &[], ColumnOptions::default()).unwrap_err();
    assert!(message.starts_with(&format!("the Avro schema {expected}")), "{message}");
}

#[test]
fn a_broken_schema_is_told_with_the_name_of_what_is_broken() {
    check("", "is not JSON");
    check("{", "is not JSON");
    check("5", "has a type that is neither a name, an object nor a union");
    check("{}", "has a type without a `type`");
    check(r#""strin""#, "has the type `strin`, which neither it nor what it refers to defines");
    check(&record_of(r#""a.B""#), "has the type `a.B`");
    check(r#"{"type": "record", "name": "R"}"#, "has the record `R` without a list of `fields`");
    check(r#"{"type": "record", "fields": []}"#, "has a record, enum or fixed without a `name`");
    check(
        r#"{"type": "record", "name": "R", "fields": [{"type": "int"}]}"#,
        "has the record `R` with a field without a `name`",
    );
    check(
        r#"{"type": "record", "name": "R", "fields": [{"name": "a"}]}"#,
        "has the record `R` with the field `a` without a `type`",
    );
    check(
        r#"{"type": "record", "name": "x.R", "fields": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}]}"#,
        "has the record `x.R` with two fields `a`",
    );
    check(r#"{"type": "enum", "name": "E"}"#, "has the enum `E` without a list of `symbols`");
    check(r#"{"type": "array"}"#, "has an array without `items`");
    check(r#"{"type": "map"}"#, "has a map without `values`");
    for size in ["", r#", "size": 0"#, r#", "size": -1"#, r#", "size": 2000000000"#] {
        check(
            &format!(r#"{{"type": "fixed", "name": "F"{size}}}"#),
            "has the fixed `F`, whose `size` is not a number",
        );
    }
    check("[]", "has a union without branches");
    check(r#"["int", ["null", "string"]]"#, "has a union that is a branch of another");
    check(
        r#"["int", {"type": "int", "logicalType": "date"}]"#,
        "has a union with two branches of the type `int`",
    );
    let fixed = r#"{"type": "fixed", "name": "F", "size": 1}"#;
    check(&format!(r#"[{fixed}, "F"]"#), "has a union with two branches of the type `F`");
    check(
        &format!(r#"[{fixed}, {{"type": "array", "items": {{"type": "fixed", "name": "F", "size": 2}}}}]"#),
        "defines the type `F` twice",
    );
}

#[test]
fn a_type_may_be_defined_again_as_the_same() {
    let fixed = r#"{"type": "fixed", "name": "F", "size": 1}"#;
    let text = format!(r#"["int", {{"type": "array", "items": {fixed}}}, {fixed}]"#);
    columns(&text, &[], ColumnOptions::default()).unwrap();
}

#[test]
fn names_may_differ_by_case_alone() {
    let text = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "A", "type": "int"}]}"#;
    assert_eq!(columns(text, &[], ColumnOptions::default()).unwrap().fields().len(), 2);
}

#[test]
fn a_type_may_stand_within_a_type() {
    let text = r#"{"type": {"type": {"type": "long"}, "logicalType": "timestamp-millis"}}"#;
    let schema = columns(text, &[], ColumnOptions::default()).unwrap();
    assert_eq!(schema.field(0).data_type().to_string(), r#"Timestamp(ms, "UTC")"#);
}

#[test]
fn a_schema_of_great_depth_is_refused() {
    let nested = |levels: usize, begin: &str, end: &str| {
        format!("{}\"int\"{}", begin.repeat(levels), end.repeat(levels))
    };
    for levels in [1_000, 100_000] {
        check(
            &nested(levels, r#"{"type": "array", "items": "#, "}"),
            "is not JSON, or JSON of more than 127 levels",
        );
    }
    let arrays = nested(94, r#"{"type": "array", "items": "#, "}");
    check(&arrays, "has too many arrays, maps, unions and records that may be null in one another");
}

#[test]
fn a_schema_of_more_columns_than_anyone_needs_is_refused() {
    let fields =
        |name: &str| format!(r#"[{{"name": "a", "type": {name}}}, {{"name": "b", "type": {name}}}]"#);
    let mut references = Vec::new();
    let mut last = r#""int""#.to_owned();
    for index in 0..40 {
        let text = format!(r#"{{"type": "record", "name": "T{index}", "fields": {}}}"#, fields(&last));
        references.push(super::reference(&format!("T{index}"), &text));
        last = format!("\"T{index}\"");
    }
    let error = columns(&last, &references, ColumnOptions::default()).unwrap_err();
    assert_eq!(error.0, "the Avro schema describes more than 20000 columns, inner ones counted");
}
