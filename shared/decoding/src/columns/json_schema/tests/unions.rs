//! Values of several types.

use super::*;

#[test]
fn null_among_several_only_makes_nullable() {
    for nullable in [
        r#"{"type":["null","integer"]}"#,
        r#"{"oneOf":[{"type":"null"},{"type":"integer"}]}"#,
        r#"{"anyOf":[{"type":"integer"},{"const":null}]}"#,
        r#"{"type":["integer","null"],"oneOf":[{"minimum":1},{"type":"null"}]}"#,
        r#"{"type":"integer","nullable":true}"#,
    ] {
        check(nullable, "null", "i64?", "null");
        check(nullable, "1", "i64?", "1");
    }
    check(r#"{"oneOf":[{"type":"null"}]}"#, "null", "Null?", "null");
}

#[test]
fn several_types_are_a_struct_with_one_field_that_is_not_null() {
    let several = r#"{"type":["string","integer","boolean","null"]}"#;
    let column = "union{string: text?, integer: i64?, boolean: bool?}?";
    check(several, r#""x""#, column, "{string: x, integer: null, boolean: null}");
    check(several, "1", column, "{string: null, integer: 1, boolean: null}");
    check(several, "null", column, "null");
    check_bad(several, "1.5", "field `f` is of none of the types that its schema allows");
    check_bad(several, "[]", "field `f` is of none of the types that its schema allows");
}

#[test]
fn alternatives_are_called_by_title_reference_or_type() {
    let schema = r##"{"type":"object","$defs":{"Money":{"type":"object","properties":{"amount":{"type":"number"}}}},
        "properties":{"f":{"oneOf":[
            {"$ref":"#/$defs/Money"},
            {"title":"Post code","type":"string"},
            {"title":"org.apache.kafka.connect.data.Date","type":"integer","connect.type":"int32"},
            {"title":"post_code","type":"array","items":{"type":"string"}},
            {"type":"boolean"}]}}}"##;
    check_columns(
        schema,
        "f: union{Money: {amount: f64?}?, Post_code: text?, Date: date?, post_code_2: [text]?, boolean: bool?}?",
    );
}

#[test]
fn an_object_goes_to_the_alternative_that_knows_most_of_it() {
    let small = r#"{"title":"small","type":"object","properties":{"a":{"type":"integer"}}}"#;
    let large =
        r#"{"title":"large","type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}}}"#;
    let member = format!(r#"{{"oneOf":[{small},{large}]}}"#);
    let column = "union{small: {a: i64?}?, large: {a: i64?, b: i64?}?}";
    check(&member, r#"{"a":1}"#, column, "{small: {a: 1}, large: null}");
    check(&member, r#"{"a":1,"b":2}"#, column, "{small: null, large: {a: 1, b: 2}}");
    let kinds = r#"{"oneOf":[
        {"title":"cat","properties":{"kind":{"const":"cat"}},"required":["kind"]},
        {"title":"dog","properties":{"kind":{"const":"dog"}},"required":["kind"]}]}"#;
    let column = r#"union{cat: {kind: enum["cat"]}?, dog: {kind: enum["dog"]}?}"#;
    check(kinds, r#"{"kind":"dog"}"#, column, "{cat: null, dog: {kind: dog}}");
}

#[test]
fn alternatives_without_loss_become_one_column() {
    check(r#"{"anyOf":[{"type":"integer"},{"type":"integer","connect.type":"int8"}]}"#, "300", "i64", "300");
    check(r#"{"type":["integer","number"]}"#, "1.5", "f64", "1.5");
    check(r#"{"anyOf":[{"enum":["a"]},{"enum":["b","a"]}]}"#, r#""b""#, r#"enum["a","b"]"#, "b");
    check(r#"{"anyOf":[{"enum":["a"]},{"type":"string"}]}"#, r#""x""#, "text", "x");
    check(
        r#"{"anyOf":[{"type":"string","pattern":"a"},{"type":"string","maxLength":1}]}"#,
        r#""x""#,
        "text",
        "x",
    );
    check(r#"{"type":"string","anyOf":[{"pattern":"a"},{"maxLength":1}]}"#, r#""x""#, "text", "x");
    check(r#"{"anyOf":[{"type":"string"},{}]}"#, "7", "json?", "7");
    check(
        r#"{"oneOf":[{"oneOf":[{"type":"string"},{"type":"null"}]},{"type":"string"}]}"#,
        "null",
        "text?",
        "null",
    );
}

#[test]
fn alternatives_beside_properties_are_all_columns() {
    let schema = r#"{
        "type": "object",
        "properties": {"id":{"type":"integer"}},
        "required": ["id"],
        "oneOf": [
            {"properties":{"kind":{"const":"card"},"number":{"type":"string"}},"required":["kind","number"]},
            {"properties":{"kind":{"const":"cash"},"number":{"type":"integer"}},"required":["kind"]}
        ],
        "anyOf": [{"required":["a"]},{"required":["b"]}],
        "if": {"properties":{"id":{"const":1}}},
        "then": {"properties":{"first":{"type":"boolean"}}}
    }"#;
    let mut decoder = decoder(schema);
    assert_eq!(
        shown::columns(&decoder),
        r#"id: i64, first: bool?, kind: enum["card","cash"]?, number: union{string: text?, integer: i64?}?"#
    );
    assert_eq!(
        shown::rows(&mut decoder, &[br#"{"id":1,"kind":"cash","number":5}"#, br#"{"id":2}"#]),
        [
            "{id: 1, first: null, kind: cash, number: {string: null, integer: 5}}",
            "{id: 2, first: null, kind: null, number: null}"
        ]
    );
}

#[test]
fn a_value_of_several_objects_is_the_one_column_value() {
    let schema = r#"{"oneOf":[{"title":"A","properties":{"a":{"type":"integer"}},"required":["a"]},
        {"title":"B","properties":{"b":{"type":"string"}},"required":["b"]}]}"#;
    let mut decoder = decoder(schema);
    assert_eq!(shown::columns(&decoder), "value: union{A: {a: i64}?, B: {b: text}?}");
    assert_eq!(shown::rows(&mut decoder, &[br#"{"b":"x"}"#]), ["{value: {A: null, B: {b: x}}}"]);
}
