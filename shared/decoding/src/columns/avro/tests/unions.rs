use super::{arrow_type, bytes, decoded, decoder, long, record_of};

#[track_caller]
fn check(data_type: &str, arrow: &str, values: &[(Vec<u8>, &str)]) {
    let mut decoder = decoder(&record_of(data_type));
    assert_eq!(arrow_type(&decoder), arrow);
    let (values, expected): (Vec<_>, Vec<_>) = values.iter().cloned().unzip();
    let expected: Vec<Result<String, String>> =
        expected.into_iter().map(|text| Ok(text.to_owned())).collect();
    assert_eq!(decoded(&mut decoder, &values), expected);
}

#[test]
fn a_union_of_one_type_is_that_type() {
    check(r#"["int"]"#, "Int32", &[(vec![0, 2], "1")]);
    check(r#"["null"]"#, "Null", &[(vec![0], "null")]);
    check(
        r#"[{"type": "record", "name": "S", "fields": [{"name": "a", "type": ["int"]}]}]"#,
        r#"Struct("a": non-null Int32)"#,
        &[(vec![0, 0, 2], "{a: 1}"), (vec![0, 0, 4], "{a: 2}")],
    );
}

#[test]
fn a_union_of_several_types_is_a_struct_of_them() {
    check(
        r#"["null", "int", {"type": "long", "logicalType": "timestamp-micros"}, "string",
            {"type": "array", "items": "int"}, {"type": "enum", "name": "x.E", "symbols": ["A", "B"]}]"#,
        concat!(
            r#"Struct("int": Int32, "long": Timestamp(µs, "UTC"), "string": Utf8, "#,
            r#""array": List(non-null Int32), "E": Utf8)"#
        ),
        &[
            (vec![0], "null"),
            (vec![2, 2], "{int: 1, long: null, string: null, array: null, E: null}"),
            (vec![4, 0], "{int: null, long: 1970-01-01T00:00:00Z, string: null, array: null, E: null}"),
            (vec![6, 2, b'x'], "{int: null, long: null, string: x, array: null, E: null}"),
            (vec![8, 2, 8, 0], "{int: null, long: null, string: null, array: [4], E: null}"),
            (vec![10, 2], "{int: null, long: null, string: null, array: null, E: B}"),
            (vec![2, 4], "{int: 2, long: null, string: null, array: null, E: null}"),
        ],
    );
    check(
        r#"["string", {"type": "record", "name": "S", "fields": [{"name": "a", "type": ["null", "int"]}]}]"#,
        r#"Struct("string": Utf8, "S": Struct("a": Int32))"#,
        &[
            (vec![2, 0], "{string: null, S: {a: null}}"),
            (vec![2, 2, 4], "{string: null, S: {a: 2}}"),
            (vec![0, 0], "{string: , S: null}"),
        ],
    );
}

#[test]
fn branches_that_share_a_simple_name_have_their_full_names() {
    let fixed = |name: &str| format!(r#"{{"type": "fixed", "name": "{name}", "size": 1}}"#);
    let union =
        format!(r#"[{}, {}, {}, "int", {}]"#, fixed("a.X"), fixed("b.c.x"), fixed("Y"), fixed("a.INT"));
    check(
        &union,
        concat!(
            r#"Struct("a_X": FixedSizeBinary(1), "b_c_x": FixedSizeBinary(1), "#,
            r#""Y": FixedSizeBinary(1), "int": Int32, "a_INT": FixedSizeBinary(1))"#
        ),
        &[(vec![8, 3], "{a_X: null, b_c_x: null, Y: null, int: null, a_INT: 03}")],
    );
    check(
        &format!("[{}, {}, {}]", fixed("a.b"), fixed("c.b"), fixed("a_b")),
        r#"Struct("a_b": FixedSizeBinary(1), "c_b": FixedSizeBinary(1), "a_b_": FixedSizeBinary(1))"#,
        &[(vec![4, 3], "{a_b: null, c_b: null, a_b_: 03}")],
    );
}

#[test]
fn unions_stand_in_arrays_maps_records_and_branches() {
    check(
        r#"{"type": "array", "items": ["null", "int", "string"]}"#,
        r#"List(Struct("int": Int32, "string": Utf8))"#,
        &[
            (vec![6, 0, 2, 2, 4, 2, b'x', 0], "[null, {int: 1, string: null}, {int: null, string: x}]"),
            (vec![0], "[]"),
        ],
    );
    check(
        r#"{"type": "map", "values": ["int", "string"]}"#,
        r#"Map("entries": non-null Struct("key": non-null Utf8, "value": non-null Struct("int": Int32, "string": Utf8)), unsorted)"#,
        &[(vec![2, 2, b'k', 0, 2, 0], "{k: {int: 1, string: null}}")],
    );
    check(
        r#"["null", {"type": "record", "name": "S", "fields": [{"name": "u", "type": ["int", "string"]}]}]"#,
        r#"Struct("u": non-null Struct("int": Int32, "string": Utf8))"#,
        &[
            (long(0), "null"),
            ([long(1), long(1), bytes("x")].concat(), "{u: {int: null, string: x}}"),
            (long(0), "null"),
            ([long(1), long(0), long(5)].concat(), "{u: {int: 5, string: null}}"),
        ],
    );
    check(
        r#"["string", {"type": "array", "items": ["null", "string", "int"]}]"#,
        r#"Struct("string": Utf8, "array": List(Struct("string": Utf8, "int": Int32)))"#,
        &[(vec![2, 4, 0, 4, 6, 0], "{string: null, array: [null, {string: null, int: 3}]}")],
    );
}
