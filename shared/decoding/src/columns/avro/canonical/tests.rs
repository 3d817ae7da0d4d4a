use super::super::super::Temporal;
use super::super::graph::Graph;
use super::{fingerprint, form};
use apache_avro::Schema;
use apache_avro::rabin::Rabin;

fn graph(text: &str) -> Graph {
    Graph::new(text, &[], Temporal::Logical).unwrap()
}

#[track_caller]
fn check(text: &str) {
    let expected = Schema::parse_str(text).unwrap();
    assert_eq!(form(&graph(text)).unwrap(), expected.canonical_form());
    let bytes: [u8; 8] = expected.fingerprint::<Rabin>().bytes.try_into().unwrap();
    assert_eq!(fingerprint(&graph(text)).unwrap(), u64::from_le_bytes(bytes));
}

#[test]
fn forms_and_hashes_are_those_of_another_library() {
    for name in ["null", "boolean", "int", "long", "float", "double", "bytes", "string"] {
        check(&format!("\"{name}\""));
        check(&format!(r#"{{"type": "{name}", "x": 1}}"#));
    }
    check(r#"{"type": "array", "items": {"type": "map", "values": "string"}}"#);
    check(
        r#"{"doc": "x", "namespace": "a.b", "fields": [
            {"type": {"symbols": ["A", "B"], "default": "A", "type": "enum", "name": "E"}, "name": "e", "default": "A"},
            {"type": {"type": "fixed", "size": 3, "name": "c.F"}, "name": "f", "aliases": ["g"]},
            {"type": ["null", "R"], "name": "r"},
            {"type": "E", "name": "again"}
        ], "name": "R", "type": "record"}"#,
    );
}

#[test]
fn a_logical_type_is_no_part_of_the_form() {
    let text = r#"["null", {"type": "long", "logicalType": "timestamp-millis"}]"#;
    assert_eq!(form(&graph(text)).unwrap(), r#"["null","long"]"#);
}

#[test]
fn the_hash_is_that_of_the_specification() {
    assert_eq!(fingerprint(&graph(r#""null""#)).unwrap(), 0x63dd_24e7_cc25_8f8a);
}
