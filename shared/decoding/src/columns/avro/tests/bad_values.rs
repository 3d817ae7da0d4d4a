use super::{bytes, decoded, decoder, long, record_of};
use crate::columns::Temporal;
use crate::columns::avro::graph::Graph;

#[track_caller]
fn check(data_type: &str, value: Vec<u8>, expected: &str) {
    let mut decoder = decoder(&record_of(data_type));
    assert_eq!(decoded(&mut decoder, &[value]), [Err(expected.to_owned())]);
}

#[test]
fn what_is_wrong_is_told_without_the_value() {
    let cut = "the field `f` ends before it is complete";
    for data_type in ["boolean", "int", "long", "float", "double", "bytes", "string"] {
        check(&format!("\"{data_type}\""), vec![], cut);
    }
    check(r#""long""#, vec![0x80; 9], cut);
    check(r#""long""#, vec![0xff; 10], "the field `f` has a number of more than 64 bits");
    check(r#""int""#, long(1 << 31), "the field `f` has a number of more than 32 bits");
    check(r#""boolean""#, vec![2], "the field `f` is neither true nor false");
    check(r#""bytes""#, long(-1), "the field `f` has a length below zero");
    check(r#""string""#, long(i64::MAX), cut);
    check(r#""string""#, bytes([b'a', 0xff]), "the field `f` is not valid UTF-8");
    check(r#""int""#, vec![0, 0], "the value has a byte after what its schema describes");
    check(r#""int""#, vec![0; 3], "the value has 2 bytes after what its schema describes");
    check(
        r#"["null", "int"]"#,
        vec![4, 0],
        "the field `f` has a number that is none of its type's 2 choices",
    );
    check(
        r#"["null", "int"]"#,
        vec![1, 0],
        "the field `f` has a number that is none of its type's 2 choices",
    );
    check(
        r#"["int", "null"]"#,
        vec![4, 0],
        "the field `f` has a number that is none of its type's 2 choices",
    );
    check(
        r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#,
        vec![2],
        "the field `f` has a number that is none of its type's 1 choices",
    );
    check(r#"{"type": "string", "logicalType": "uuid"}"#, bytes("secret"), "the field `f` is not a UUID");
    check(
        r#"{"type": "bytes", "logicalType": "decimal", "precision": 2}"#,
        bytes([100]),
        "the field `f` is a decimal of more digits than its precision of 2",
    );
    check(
        r#"{"type": "fixed", "name": "F", "size": 40, "logicalType": "decimal", "precision": 2}"#,
        vec![1; 40],
        "the field `f` is a decimal of more digits than its precision of 2",
    );
    let empty = r#"{"type": "record", "name": "S", "fields": [{"name": "a b", "type": {"type": "map", "values": "int"}}]}"#;
    check(
        &format!(r#"{{"type": "array", "items": {empty}}}"#),
        vec![2, 2, 2, b'x'],
        "the field `f[].a b[]` ends before it is complete",
    );
    assert_eq!(
        decoded(&mut decoder(r#""int""#), &[vec![]]),
        [Err("the value ends before it is complete".to_owned())]
    );
}

#[test]
fn a_few_bytes_cannot_claim_more_items_than_memory_holds() {
    let items = "the field `f[]` has more items than its bytes can hold, or too many that take no byte";
    let array = |items: &str| format!(r#"{{"type": "array", "items": {items}}}"#);
    for count in [1 << 20, i64::MAX, i64::MIN + 1] {
        let block = if count < 0 { [long(count), long(0)].concat() } else { long(count) };
        check(&array(r#""null""#), [block.clone(), vec![0]].concat(), items);
        check(&array(r#""int""#), [block, vec![0]].concat(), items);
    }
    check(
        &array(r#""int""#),
        [long(i64::MIN), long(-1)].concat(),
        "the field `f[]` has a block whose size is below zero",
    );
    let blocks = [long(5_000), long(5_000), long(5_000), long(0)].concat();
    check(&array(r#""null""#), blocks, items);
    let mut decoder = decoder(&record_of(&array(r#""null""#)));
    let nulls = decoded(&mut decoder, &[[long(10_000), long(0)].concat()]).remove(0).unwrap();
    assert_eq!(nulls.len(), 10_000 * "null, ".len());
}

/// A type that a bad value stands in the middle of, its good value, and that value's text.
fn positions() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        (r#""string""#, bytes("good"), "good"),
        (r#"["null", "string"]"#, [long(1), bytes("good")].concat(), "good"),
        (r#"{"type": "array", "items": "string"}"#, [long(1), bytes("good"), long(0)].concat(), "[good]"),
        (
            r#"{"type": "map", "values": "string"}"#,
            [long(1), bytes("k"), bytes("good"), long(0)].concat(),
            "{k: good}",
        ),
        (r#"["int", "string"]"#, [long(1), bytes("good")].concat(), "{int: null, string: good}"),
        (
            r#"["null", {"type": "record", "name": "S", "fields": [{"name": "n", "type": "int"}, {"name": "s", "type": "string"}]}]"#,
            [long(1), long(3), bytes("good")].concat(),
            "{n: 3, s: good}",
        ),
    ]
}

#[test]
fn a_bad_value_among_ten_thousand_is_rejected_alone() {
    for (data_type, good, text) in positions() {
        let mut values = vec![good.clone(); 10_000];
        let last = good.iter().rposition(|&byte| byte == b'd').unwrap();
        values[5_000][last] = 0xff;
        let mut decoder = decoder(&record_of(data_type));
        for _ in 0..2 {
            let rows = decoded(&mut decoder, &values);
            assert!(rows[5_000].as_ref().unwrap_err().ends_with("is not valid UTF-8"), "{data_type}");
            let good = rows.iter().filter(|row| row.as_deref() == Ok(text)).count();
            assert_eq!(good, 9_999, "{data_type}");
        }
    }
}

#[test]
fn values_may_all_be_bad_and_the_next_are_good() {
    for (data_type, good, text) in positions() {
        let mut decoder = decoder(&record_of(data_type));
        let bad = vec![good[..good.len() - 1].to_vec(); 100];
        assert!(decoded(&mut decoder, &bad).iter().all(Result::is_err), "{data_type}");
        assert_eq!(decoded(&mut decoder, &[good]), [Ok(text.to_owned())]);
    }
}

#[test]
fn every_truncation_is_rejected() {
    for (data_type, good, text) in positions() {
        let mut decoder = decoder(&record_of(data_type));
        let cut = (0..good.len()).map(|length| good[..length].to_vec());
        let rows = decoded(&mut decoder, &cut.chain([good.clone()]).collect::<Vec<_>>());
        assert!(rows[..good.len()].iter().all(Result::is_err), "{data_type}");
        assert_eq!(rows[good.len()], Ok(text.to_owned()));
    }
}

#[test]
fn a_value_that_the_check_wrongly_lets_pass_is_rejected_alone() {
    let mut decoder = decoder(r#""int""#);
    // Stands for a check with a flaw.
    decoder.graph = Graph::new(r#""long""#, &[], Temporal::Logical).unwrap();
    for _ in 0..2 {
        assert_eq!(
            decoded(&mut decoder, &[long(1), long(1 << 40), long(3)]),
            [
                Ok("1".to_owned()),
                Err("the value cannot be turned into columns".to_owned()),
                Ok("3".to_owned())
            ]
        );
    }
}

#[test]
fn columns_of_another_type_never_become_rows() {
    let mut decoder = decoder(r#""long""#);
    decoder.native = record_of(r#""int""#);
    decoder.decoder = None;
    assert!(decoded(&mut decoder, &[long(1), long(2)]).iter().all(Result::is_err));
}
