use super::{arrow_type, bytes, decoded, decoder, long, record_of};

/// Values of a type, alone in a record, and each as a row's text.
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
fn primitive_types_are_what_they_are() {
    check(r#""null""#, "Null", &[(vec![], "null"), (vec![], "null")]);
    check(r#""boolean""#, "Boolean", &[(vec![0], "false"), (vec![1], "true")]);
    check(
        r#""int""#,
        "Int32",
        &[
            (long(0), "0"),
            (long(-1), "-1"),
            (long(i32::MIN.into()), "-2147483648"),
            (long(i32::MAX.into()), "2147483647"),
        ],
    );
    check(
        r#""long""#,
        "Int64",
        &[(long(i64::MIN), "-9223372036854775808"), (long(i64::MAX), "9223372036854775807")],
    );
    let floats =
        [1.5, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MAX].map(|it| it.to_le_bytes().to_vec());
    let texts = ["1.5", "NaN", "inf", "-inf", "-0.0", "3.4028235e38"];
    check(r#""float""#, "Float32", &floats.into_iter().zip(texts).collect::<Vec<_>>());
    let doubles =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE].map(|it| it.to_le_bytes().to_vec());
    let texts = ["NaN", "inf", "-inf", "2.2250738585072014e-308"];
    check(r#""double""#, "Float64", &doubles.into_iter().zip(texts).collect::<Vec<_>>());
    check(r#""bytes""#, "Binary", &[(bytes([]), ""), (bytes([0, 255]), "00ff")]);
    let long_text = "x".repeat(1 << 20);
    check(
        r#""string""#,
        "Utf8",
        &[(bytes(""), ""), (bytes("🦀 e\u{301}"), "🦀 e\u{301}"), (bytes(&long_text), &long_text)],
    );
    check(r#"{"type": "string", "avro.java.string": "String"}"#, "Utf8", &[(bytes("a"), "a")]);
}

#[test]
fn named_and_compound_types_become_columns() {
    check(
        r#"{"type": "enum", "name": "E", "symbols": ["A", "B"]}"#,
        "Utf8",
        &[(long(1), "B"), (long(0), "A")],
    );
    check(r#"{"type": "fixed", "name": "F", "size": 3}"#, "FixedSizeBinary(3)", &[(vec![1, 2, 3], "010203")]);
    check(
        r#"{"type": "array", "items": "int"}"#,
        "List(non-null Int32)",
        &[
            (vec![0], "[]"),
            (vec![4, 2, 4, 0], "[1, 2]"),
            // Two blocks, one of them with its size in bytes.
            (vec![2, 2, 1, 2, 4, 0], "[1, 2]"),
        ],
    );
    check(
        r#"{"type": "map", "values": ["null", "int"]}"#,
        r#"Map("entries": non-null Struct("key": non-null Utf8, "value": Int32), unsorted)"#,
        &[(vec![0], "{}"), (vec![4, 2, b'a', 2, 6, 2, b'b', 0, 0], "{a: 3, b: null}")],
    );
    check(
        r#"{"type": "record", "name": "S", "fields": [{"name": "a", "type": "int"},
            {"name": "b", "type": {"type": "record", "name": "T", "fields": [{"name": "c", "type": "string"}]}}]}"#,
        r#"Struct("a": non-null Int32, "b": non-null Struct("c": non-null Utf8))"#,
        &[([long(7), bytes("x")].concat(), "{a: 7, b: {c: x}}")],
    );
    check(
        r#"{"type": "array", "items": ["null", {"type": "record", "name": "S", "fields": [
            {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
            {"name": "n", "type": "null"}]}]}"#,
        r#"List(Struct("e": non-null Utf8, "n": Null))"#,
        &[(vec![6, 2, 2, 0, 2, 0, 0], "[{e: B, n: null}, null, {e: A, n: null}]")],
    );
}

#[test]
fn logical_types_become_what_they_mean() {
    let of = |name, logical| format!(r#"{{"type": "{name}", "logicalType": "{logical}"}}"#);
    check(
        &of("int", "date"),
        "Date32",
        &[(long(0), "1970-01-01"), (long(-1), "1969-12-31"), (long(-719_162), "0001-01-01")],
    );
    check(&of("int", "time-millis"), "Time32(ms)", &[(long(86_399_999), "23:59:59.999")]);
    check(&of("long", "time-micros"), "Time64(µs)", &[(long(1), "00:00:00.000001")]);
    check(
        &of("long", "timestamp-millis"),
        r#"Timestamp(ms, "UTC")"#,
        &[(long(-1), "1969-12-31T23:59:59.999Z")],
    );
    check(
        &of("long", "timestamp-micros"),
        r#"Timestamp(µs, "UTC")"#,
        &[(long(-1), "1969-12-31T23:59:59.999999Z")],
    );
    check(
        &of("long", "timestamp-nanos"),
        r#"Timestamp(ns, "UTC")"#,
        &[(long(1), "1970-01-01T00:00:00.000000001Z")],
    );
    check(&of("long", "local-timestamp-millis"), "Timestamp(ms)", &[(long(1), "1970-01-01T00:00:00.001")]);
    check(&of("long", "local-timestamp-micros"), "Timestamp(µs)", &[(long(1), "1970-01-01T00:00:00.000001")]);
    check(
        &of("long", "local-timestamp-nanos"),
        "Timestamp(ns)",
        &[(long(1), "1970-01-01T00:00:00.000000001")],
    );
    let uuid = "00112233-4455-6677-8899-AAbbccddeeff";
    let hex = "00112233445566778899aabbccddeeff";
    check(
        &of("string", "uuid"),
        "FixedSizeBinary(16)",
        &[
            (bytes(uuid), hex),
            (bytes(hex), hex),
            (bytes(format!("{{{uuid}}}")), hex),
            (bytes(format!("urn:uuid:{uuid}")), hex),
        ],
    );
    let fixed = |size, logical| {
        format!(r#"{{"type": "fixed", "name": "F", "size": {size}, "logicalType": "{logical}"}}"#)
    };
    check(&fixed(16, "uuid"), "FixedSizeBinary(16)", &[(vec![7; 16], "07070707070707070707070707070707")]);
    check(&fixed(12, "duration"), "FixedSizeBinary(12)", &[(vec![255; 12], "ffffffffffffffffffffffff")]);
}

#[test]
fn decimals_are_exact() {
    let of = |rest: &str| format!(r#"{{"logicalType": "decimal", {rest}}}"#);
    check(
        &of(r#""type": "bytes", "precision": 5, "scale": 2"#),
        "Decimal128(5, 2)",
        &[
            (bytes(99_999_i32.to_be_bytes()), "999.99"),
            (bytes((-99_999_i128).to_be_bytes()), "-999.99"),
            (bytes([0xff]), "-0.01"),
            (bytes([]), "0.00"),
            (bytes([&[0; 40][..], &[1]].concat()), "0.01"),
        ],
    );
    check(&of(r#""type": "bytes", "precision": 76"#), "Decimal256(76, 0)", &[(bytes([0x80]), "-128")]);
    let fixed = |size, precision| {
        of(&format!(r#""type": "fixed", "name": "F", "size": {size}, "precision": {precision}, "scale": 1"#))
    };
    check(&fixed(2, 4), "Decimal128(4, 1)", &[(9_999_i16.to_be_bytes().to_vec(), "999.9")]);
    check(&fixed(17, 38), "Decimal128(38, 1)", &[(vec![0xff; 17], "-0.1")]);
    check(&fixed(17, 40), "Decimal256(40, 1)", &[(vec![0xff; 17], "-0.1")]);
    check(&fixed(40, 10), "Decimal128(10, 1)", &[(vec![0xff; 40], "-0.1")]);
    check(&fixed(40, 76), "Decimal256(76, 1)", &[([vec![0; 39], vec![9]].concat(), "0.9")]);
}

#[test]
fn a_logical_type_that_is_invalid_or_unknown_does_not_count() {
    check(r#"{"type": "long", "logicalType": "date"}"#, "Int64", &[(long(5), "5")]);
    check(r#"{"type": "string", "logicalType": "date"}"#, "Utf8", &[(bytes("5"), "5")]);
    check(r#"{"type": "int", "logicalType": "no-such-type"}"#, "Int32", &[(long(5), "5")]);
    check(r#"{"type": "int", "logicalType": 7}"#, "Int32", &[(long(5), "5")]);
    check(r#"{"type": "bytes", "logicalType": "big-decimal"}"#, "Binary", &[(bytes([5]), "05")]);
    for attributes in [
        r#""precision": 0"#,
        r#""precision": -1"#,
        r#""precision": "5""#,
        r#""scale": 2"#,
        r#""precision": 2, "scale": 3"#,
        r#""precision": 2, "scale": -1"#,
        r#""precision": 77"#,
    ] {
        let data_type = format!(r#"{{"type": "bytes", "logicalType": "decimal", {attributes}}}"#);
        check(&data_type, "Binary", &[(bytes([5]), "05")]);
    }
    let fixed = |size, rest| format!(r#"{{"type": "fixed", "name": "F", "size": {size}, {rest}}}"#);
    let decimal = r#""logicalType": "decimal", "precision": 5"#;
    check(&fixed(2, decimal), "FixedSizeBinary(2)", &[(vec![5, 6], "0506")]);
    check(&fixed(2, r#""logicalType": "uuid""#), "FixedSizeBinary(2)", &[(vec![5, 6], "0506")]);
    check(&fixed(2, r#""logicalType": "duration""#), "FixedSizeBinary(2)", &[(vec![5, 6], "0506")]);
}

#[test]
fn null_may_be_the_first_or_the_second_of_two() {
    for data_type in ["boolean", "int", "long", "float", "double", "bytes", "string", "E", "F", "R"] {
        let known = match data_type {
            "E" => r#"{"type": "enum", "name": "E", "symbols": []}"#.to_owned(),
            "F" => r#"{"type": "fixed", "name": "F", "size": 5}"#.to_owned(),
            "R" => record_of(r#""int""#).replace("\"R\"", "\"S\""),
            name => format!("\"{name}\""),
        };
        let nulls = |branches: &str, null: i64| {
            let text = record_of(branches);
            assert_eq!(
                decoded(&mut decoder(&text), &[long(null), long(null)]),
                [Ok("null".into()), Ok("null".into())]
            );
        };
        nulls(&format!(r#"["null", {known}]"#), 0);
        nulls(&format!(r#"[{known}, "null"]"#), 1);
    }
    check(r#"["int", "null"]"#, "Int32", &[(vec![0, 10], "5"), (vec![2], "null")]);
    check(r#"["null", "int"]"#, "Int32", &[(vec![0], "null"), (vec![2, 10], "5")]);
}

#[test]
fn a_schema_that_is_no_record_has_the_column_value() {
    let check = |text: &str, value: Vec<u8>, expected: &str| {
        let mut decoder = decoder(text);
        assert_eq!(super::DecodeValues::schema(&decoder).columns.field(0).name(), "value");
        assert_eq!(decoded(&mut decoder, &[value]), [Ok(expected.to_owned())]);
    };
    check(r#""string""#, bytes("a"), "a");
    check(r#"{"type": "long", "logicalType": "timestamp-millis"}"#, long(0), "1970-01-01T00:00:00Z");
    check(r#"["null", "int"]"#, vec![0], "null");
    check(r#"["int", "string"]"#, vec![2, 2, b'a'], "{int: null, string: a}");
    check(
        r#"["null", {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}]"#,
        vec![2, 4],
        "{a: 2}",
    );
    check(r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#, vec![0], "A");
    check(r#"{"type": "array", "items": "int"}"#, vec![2, 2, 0], "[1]");
}
