//! Where references lead.

use super::*;

#[track_caller]
fn check_reference(reference: &str, schema: &str, references: &[(&str, &str)]) {
    let schema = schema.replace("REF", &format!(r#"{{"$ref":"{reference}"}}"#));
    let schema = writer_schema(&schema, references);
    match JsonSchemaDecoder::new(&schema, ColumnOptions::default()) {
        Ok(decoder) => assert_eq!(shown::columns(&decoder), "f: i64?", "{reference}"),
        Err(error) => panic!("{reference}: {error}"),
    }
}

#[test]
fn references_lead_inside_of_the_schema() {
    let schema = r##"{"$id":"https://example.com/schemas/root.json","properties":{"f":REF},
        "definitions":{"a/b~c%d":{"type":"integer"},"list":[{"type":"integer"}],
            "old":{"$id":"#old","type":"integer"},
            "inner":{"$id":"inner.json","$defs":{"x":{"type":"integer"},"y":{"$ref":"#/$defs/x"}}}},
        "$defs":{"n":{"type":"integer"},"a":{"$anchor":"anchor","type":"integer"},"r":{"$ref":"#/$defs/n"}}}"##;
    for reference in [
        "#/$defs/n",
        "#/$defs/r",
        "#anchor",
        "#old",
        "#/definitions/a~1b~0c%25d",
        "#/definitions/list/0",
        "root.json#/$defs/n",
        "/schemas/root.json#/$defs/n",
        "../schemas/root.json#/$defs/n",
        "https://example.com/schemas/root.json#/$defs/n",
        "inner.json#/$defs/x",
        "inner.json#/$defs/y",
        "#/definitions/inner/$defs/y",
    ] {
        check_reference(reference, schema, &[]);
    }
}

#[test]
fn references_lead_to_other_schemas_by_name_and_by_uri() {
    let schema = r#"{"properties":{"f":REF}}"#;
    let integer = r#"{"type":"integer"}"#;
    let with_id =
        r#"{"$id":"https://example.com/int.json","$defs":{"n":{"type":"integer"}},"type":"integer"}"#;
    check_reference("int.json", schema, &[("int.json", integer)]);
    check_reference("./int.json", schema, &[("int.json", integer)]);
    check_reference("int.json#", schema, &[("int.json", integer)]);
    check_reference("https://example.com/int.json", schema, &[("int.json", with_id)]);
    check_reference("https://example.com/int.json#/$defs/n", schema, &[("int.json", with_id)]);
    check_reference("int.json#/$defs/n", schema, &[("int.json", with_id)]);
    let chain = r##"{"$ref":"b.json#/definitions/x"}"##;
    let b = r##"{"definitions":{"x":{"$ref":"#/definitions/y"},"y":{"type":"integer"}}}"##;
    check_reference("a.json", schema, &[("b.json", b), ("a.json", chain)]);
    let based = r#"{"$id":"https://example.com/v1/main.json","properties":{"f":REF}}"#;
    check_reference("int.json", based, &[("https://example.com/v1/int.json", integer)]);
    check_reference("common/int.json", based, &[("https://example.com/v1/common/int.json", integer)]);
}

#[test]
fn an_id_that_older_tools_write_everywhere_does_no_harm() {
    let schema = r##"{"type":"object","definitions":{"n":{"type":"integer"}},"properties":{
        "id":{"type":"string"},
        "inner":{"type":"object","id":"urn:jsonschema:Inner","properties":{"n":{"$ref":"#/definitions/n"}}},
        "same":{"$ref":"urn:jsonschema:Inner"}}}"##;
    check_columns(schema, "id: text?, inner: {n: i64?}?, same: {n: i64?}?");
}

#[test]
fn a_reference_that_leads_nowhere_is_told() {
    for reference in ["#/definitions/none", "#none", "other.json", "https://example.com/other.json#/x"] {
        check_unusable(
            &of_member(&format!(r#"{{"type":"array","items":{{"$ref":"{reference}"}}}}"#)),
            &format!(
                "field `f.[]` refers to `{reference}`, which is neither in the schema nor among its references"
            ),
        );
    }
}

#[test]
fn types_that_contain_themselves_are_told_with_the_way_out_or_json_text() {
    let schema = r##"{"definitions":{"node":{"properties":{"left":{"$ref":"#/definitions/node"},
        "rest":{"type":"array","items":{"$ref":"#/definitions/node"}}}}},
        "properties":{"id":{"type":"integer"},"tree":{"$ref":"#/definitions/node"}},"required":["tree"]}"##;
    check_unusable(
        schema,
        "field `tree.left` is of a type `node` that contains itself, which no columns can; \
         `recursive.types=json` makes it a column of JSON text",
    );
    let options = ColumnOptions { recursion: Recursion::Json, ..ColumnOptions::default() };
    let mut decoder = JsonSchemaDecoder::new(&writer_schema(schema, &[]), options).expect("it makes columns");
    assert_eq!(shown::columns(&decoder), "id: i64?, tree: json");
    assert_eq!(
        shown::rows(&mut decoder, &[br#"{"tree":{"left":{ "left":null}}}"#]),
        [r#"{id: null, tree: {"left":{ "left":null}}}"#]
    );
    let columns = |schema: &str| {
        let schema = writer_schema(schema, &[]);
        shown::columns(&JsonSchemaDecoder::new(&schema, options).expect("it makes columns"))
    };
    let root = r##"{"properties":{"id":{"type":"integer"},"next":{"$ref":"#"},
        "all":{"type":"array","items":{"$ref":"#"}}}}"##;
    assert_eq!(columns(root), "id: i64?, next: json?, all: [json?]?");
    let between = r##"{"$defs":{"b":{"properties":{"back":{"$ref":"#"},"n":{"type":"integer"}}}},
        "properties":{"id":{"type":"integer"},"b":{"$ref":"#/$defs/b"}}}"##;
    assert_eq!(columns(between), "id: i64?, b: json?");
    let choice = r##"{"$defs":{"tree":{"properties":{"left":{"oneOf":[{"type":"null"},{"$ref":"#/$defs/tree"}]},
        "right":{"anyOf":[{"$ref":"#/$defs/tree"},{"type":"string"}]}}}},
        "properties":{"tree":{"$ref":"#/$defs/tree"}}}"##;
    assert_eq!(columns(choice), "tree: json?");
}

#[test]
fn a_type_that_is_used_twice_does_not_contain_itself() {
    let schema = r##"{"$defs":{"p":{"properties":{"x":{"type":"number"}}}},
        "properties":{"from":{"$ref":"#/$defs/p"},"to":{"allOf":[{"$ref":"#/$defs/p"},{"$ref":"#/$defs/p"}]}}}"##;
    check_columns(schema, "from: {x: f64?}?, to: {x: f64?}?");
}

#[test]
fn references_in_a_circle_say_nothing() {
    let schema = r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"properties":{"f":{"$ref":"#/$defs/a"}}}"##;
    check_columns(schema, "f: json?");
}

#[test]
fn schemas_that_grow_without_bound_are_refused() {
    let doubled = (0..30).map(|level| {
        let next = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, level + 1);
        format!(r#""d{level}":{{"properties":{{"a":{next},"b":{next}}}}},"#)
    });
    let schema = format!(
        r##"{{"$defs":{{{}"d30":{{"type":"string"}}}},"properties":{{"f":{{"$ref":"#/$defs/d0"}}}}}}"##,
        doubled.collect::<String>()
    );
    check_unusable(&schema, "schema makes more than 10000 columns, nested ones included");
    let chain: String =
        (0..2000).map(|level| format!(r##""c{level}":{{"$ref":"#/$defs/c{}"}},"##, level + 1)).collect();
    let schema =
        format!(r##"{{"$defs":{{{chain}"c2000":{{}}}},"properties":{{"f":{{"$ref":"#/$defs/c0"}}}}}}"##);
    check_unusable(&schema, "field `f` has a schema put together from more than 500 others");
    let deep: String = (0..200)
        .map(|level| format!(r##""d{level}":{{"items":{{"$ref":"#/$defs/d{}"}}}},"##, level + 1))
        .collect();
    let schema = format!(r##"{{"$defs":{{{deep}"d200":{{}}}},"$ref":"#/$defs/d0"}}"##);
    let path = vec!["[]"; 100].join(".");
    check_unusable(&schema, &format!("field `{path}` is nested deeper than 100 levels"));
}
