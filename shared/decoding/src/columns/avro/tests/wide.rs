use super::{decoded, decoder, long};

#[test]
fn a_record_may_have_a_thousand_fields() {
    let fields: Vec<String> =
        (0..1_000).map(|index| format!(r#"{{"name": "f{index}", "type": ["null", "int"]}}"#)).collect();
    let text = format!(r#"{{"type": "record", "name": "R", "fields": [{}]}}"#, fields.join(","));
    let value: Vec<u8> = (0..1_000).flat_map(|index| [long(1), long(index)].concat()).collect();
    let expected: Vec<String> = (0..1_000).map(|index| index.to_string()).collect();
    assert_eq!(decoded(&mut decoder(&text), &[value, vec![0; 1_000]])[0], Ok(expected.join(" | ")));
}

#[test]
fn a_union_may_have_127_branches() {
    let branches: Vec<String> =
        (0..127).map(|index| format!(r#"{{"type": "fixed", "name": "F{index}", "size": 1}}"#)).collect();
    let text = format!("[{}]", branches.join(","));
    let row = decoded(&mut decoder(&text), &[[long(126), vec![7]].concat()]).remove(0).unwrap();
    assert!(row.ends_with("F125: null, F126: 07}"), "{row}");
}

#[test]
fn a_batch_may_be_empty_and_may_be_large() {
    let mut decoder = decoder(r#""long""#);
    assert_eq!(decoded(&mut decoder, &[]), []);
    let values: Vec<Vec<u8>> = (0..50_000).map(long).collect();
    let rows = decoded(&mut decoder, &values);
    assert_eq!((rows.len(), rows[49_999].clone()), (50_000, Ok("49999".to_owned())));
}

#[test]
fn types_may_stand_in_one_another_as_deep_as_a_thread_can_bear() {
    let check = |begin: &str, end: &str, levels: usize, ends: usize| {
        let nested =
            |inner: String, level: usize| format!("{}{inner}{end}", begin.replace('@', &level.to_string()));
        let mut decoder = decoder(&(0..levels).fold(r#""int""#.to_owned(), nested));
        let value = [vec![2; levels], vec![4], vec![0; ends]].concat();
        assert!(decoded(&mut decoder, &[value])[0].is_ok());
    };
    check(r#"{"type": "array", "items": "#, "}", 93, 93);
    check(r#"["null", {"type": "record", "name": "R@", "fields": [{"name": "a", "type": "#, "}]}]", 23, 0);
    check(r#"["string", {"type": "record", "name": "R@", "fields": [{"name": "a", "type": "#, "}]}]", 23, 0);
}
