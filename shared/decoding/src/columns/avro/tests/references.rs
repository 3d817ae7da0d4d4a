use super::{bytes, decoded, long, reference, writer};
use crate::columns::avro::{AvroDecoder, columns};
use crate::columns::{ColumnOptions, DecodeValues};

fn new(text: &str, references: &[(&str, &str)]) -> AvroDecoder {
    AvroDecoder::new(&writer(text, references), ColumnOptions::default()).unwrap()
}

#[test]
fn a_type_may_be_defined_by_a_reference() {
    let text = r#"{"type": "record", "name": "R", "namespace": "a", "fields": [
        {"name": "x", "type": "S"}, {"name": "y", "type": ["null", "a.S"]}, {"name": "z", "type": "other.T"}]}"#;
    let s =
        r#"{"type": "record", "name": "S", "namespace": "a", "fields": [{"name": "t", "type": "other.T"}]}"#;
    let t = r#"{"type": "enum", "name": "other.T", "symbols": ["A", "B"]}"#;
    let mut decoder = new(text, &[("other.T", t), ("a.S", s)]);
    let value = [long(1), long(1), long(0), long(1)].concat();
    assert_eq!(decoded(&mut decoder, &[value]), [Ok("{t: B} | {t: A} | B".to_owned())]);
    let writer = &decoder.schema().writer;
    assert_eq!((writer.id.as_str(), writer.version), ("21", Some(3)));
}

#[test]
fn the_fingerprint_is_the_same_where_a_type_is_in_the_schema_and_where_it_is_in_a_reference() {
    let of =
        |text: &str, references: &[(&str, &str)]| new(text, references).schema().writer.fingerprint.clone();
    let s = r#"{"type": "fixed", "name": "S", "size": 2}"#;
    let whole = of(&super::record_of(s), &[]);
    assert_eq!(of(&super::record_of(r#""S""#), &[("S", s)]), whole);
    assert_eq!(of(r#""int""#, &[]), "avro-crc64:7275d51a3f395c8f");
}

#[test]
fn a_reference_may_be_known_by_another_name_than_its_own() {
    let mut decoder =
        new(r#"["null", "com.shop.Address"]"#, &[("com.shop.Address", &super::record_of(r#""int""#))]);
    assert_eq!(decoded(&mut decoder, &[vec![2, 4]]), [Ok("{f: 2}".to_owned())]);
}

#[test]
fn two_hundred_references_may_each_refer_to_the_one_before() {
    let mut references = vec![("T0".to_owned(), super::record_of(r#""string""#).replace("\"R\"", "\"T0\""))];
    for index in 1..200 {
        let text =
            super::record_of(&format!("\"T{}\"", index - 1)).replace("\"R\"", &format!("\"T{index}\""));
        references.push((format!("T{index}"), text));
    }
    let borrowed: Vec<(&str, &str)> =
        references.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut decoder = new(&super::record_of(r#""T199""#), &borrowed);
    let expected = format!("{}x{}", "{f: ".repeat(200), "}".repeat(200));
    assert_eq!(decoded(&mut decoder, &[bytes("x")]), [Ok(expected)]);
}

#[test]
fn what_is_wrong_with_a_reference_is_told_with_its_name() {
    let error = columns(r#""int""#, &[reference("a.B", "{")], ColumnOptions::default()).unwrap_err();
    assert!(error.0.starts_with("the Avro schema its reference `a.B` is not JSON"), "{error}");
}

#[test]
fn a_name_in_two_namespaces_is_two_types() {
    let text = r#"{"type": "record", "name": "R", "namespace": "a", "fields": [
        {"name": "x", "type": {"type": "fixed", "name": "F", "size": 1}},
        {"name": "y", "type": {"type": "record", "name": "b.S", "fields": [
            {"name": "x", "type": {"type": "fixed", "name": "F", "size": 2}},
            {"name": "y", "type": "F"},
            {"name": "z", "type": "a.F"}]}},
        {"name": "z", "type": "F"}]}"#;
    let mut decoder = new(text, &[]);
    assert_eq!(
        decoded(&mut decoder, &[(1..=7).collect()]),
        [Ok("01 | {x: 0203, y: 0405, z: 06} | 07".to_owned())]
    );
}
