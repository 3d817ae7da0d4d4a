//! Messages that mean more than their fields.

use super::*;

const ALL: &str = r#"
    syntax = "proto3";
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    import "google/type/date.proto";
    import "google/type/timeofday.proto";
    message M {
        google.protobuf.Timestamp at = 1;
        google.protobuf.Duration took = 2;
        google.type.Date day = 3;
        google.type.TimeOfDay time = 4;
        google.protobuf.StringValue text = 5;
        google.protobuf.UInt64Value big = 6;
        repeated google.protobuf.Int32Value numbers = 7;
        google.protobuf.Struct object = 8;
        google.protobuf.Value anything = 9;
        google.protobuf.ListValue list = 10;
        google.protobuf.Any any = 11;
    }
"#;

/// One field of `ALL`, which is a message of these fields.
#[track_caller]
fn check_field(field: &str, of: &str, fields: &[(u32, Value)], expected: &str) {
    let mut decoder = decoder(ALL);
    let value = message(&decoder, of, fields);
    let payload = encode(&decoder, &[(field, value)]);
    let row = shown::rows(&mut decoder, &[&payload]).remove(0);
    let names = ["at", "took", "day", "time", "text", "big", "numbers", "object", "anything", "list", "any"];
    let cell = |name: &&str| match *name {
        name if name == field => format!("{name}: {expected}"),
        "numbers" => "numbers: []".to_owned(),
        name => format!("{name}: null"),
    };
    let row_expected = format!("{{{}}}", names.iter().map(cell).collect::<Vec<_>>().join(", "));
    assert_eq!(row, if expected.starts_with("field `") { expected.to_owned() } else { row_expected });
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn they_make_the_columns_that_they_mean() {
    assert_eq!(
        shown::columns(&decoder(ALL)),
        "at: timestamp_us_utc?, took: i64?, day: date?, time: time_us?, text: text?, big: decimal(20, 0)?, \
         numbers: [i32], object: json?, anything: json?, list: json?, any: json?"
    );
}

#[test]
fn timestamps_and_durations_are_microseconds_rounded_down() {
    let of = |seconds, nanos| [(1, Value::I64(seconds)), (2, Value::I32(nanos))];
    let at = |seconds, nanos, expected| {
        check_field("at", "google.protobuf.Timestamp", &of(seconds, nanos), expected);
    };
    at(0, 0, "1970-01-01T00:00:00Z");
    at(-1, 999_999_999, "1969-12-31T23:59:59.999999Z");
    at(-62_135_596_800, 0, "0001-01-01T00:00:00Z");
    at(253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999Z");
    at(i64::MAX, 0, "field `at` is a timestamp beyond 64 bits of microseconds");
    at(0, 1_000_000_000, "field `at` is a timestamp with a second or more in its nanoseconds");
    check_field("took", "google.protobuf.Duration", &of(-1, -500_000_000), "-1500000");
    check_field("took", "google.protobuf.Duration", &of(315_576_000_000, 1), "315576000000000000");
}

#[test]
fn dates_and_times_of_day_must_exist() {
    let date = |year, month, day, expected| {
        let fields = [(1, Value::I32(year)), (2, Value::I32(month)), (3, Value::I32(day))];
        check_field("day", "google.type.Date", &fields, expected);
    };
    date(1969, 12, 31, "1969-12-31");
    for (year, month, day) in
        [(2025, 2, 29), (2025, 13, 1), (0, 1, 1), (2025, 1, 0), (i32::MAX, 1, 1), (0, 0, 0)]
    {
        date(year, month, day, "field `day` is not a full date");
    }
    let time = |hours, minutes, seconds, nanos, expected| {
        let fields = [hours, minutes, seconds, nanos]
            .into_iter()
            .zip(1..)
            .map(|(it, number)| (number, Value::I32(it)));
        check_field("time", "google.type.TimeOfDay", &fields.collect::<Vec<_>>(), expected);
    };
    time(23, 59, 59, 999_999_999, "23:59:59.999999");
    time(24, 0, 0, 0, "field `time` is not a time within a day");
    time(0, 0, 0, -1, "field `time` is not a time within a day");
    time(i32::MAX, i32::MAX, i32::MAX, i32::MAX, "field `time` is not a time within a day");
}

#[test]
fn wrappers_are_their_values() {
    check_field("text", "google.protobuf.StringValue", &[(1, text("x"))], "x");
    check_field("text", "google.protobuf.StringValue", &[], "");
    check_field("big", "google.protobuf.UInt64Value", &[(1, Value::U64(u64::MAX))], "18446744073709551615");
    let mut decoder = decoder(ALL);
    let one = message(&decoder, "google.protobuf.Int32Value", &[(1, Value::I32(1))]);
    let zero = message(&decoder, "google.protobuf.Int32Value", &[]);
    let payload = encode(&decoder, &[("numbers", Value::List(vec![one, zero]))]);
    let row = shown::rows(&mut decoder, &[&payload]).remove(0);
    assert!(row.contains("numbers: [1, 0]"), "{row}");
}

#[test]
fn structs_values_lists_and_any_are_json_text() {
    let decoder = decoder(ALL);
    let value = |number, value| message(&decoder, "google.protobuf.Value", &[(number, value)]);
    let list = Value::List(vec![
        value(1, Value::EnumNumber(0)),
        value(2, Value::F64(-0.5)),
        value(3, text("a\"\n")),
        value(4, Value::Bool(true)),
        value(2, Value::F64(1e21)),
    ]);
    let json = r#"[null,-0.5,"a\"\n",true,1000000000000000000000]"#;
    check_field("list", "google.protobuf.ListValue", &[(1, list.clone())], json);
    check_field("list", "google.protobuf.ListValue", &[], "[]");
    let list = message(&decoder, "google.protobuf.ListValue", &[(1, list)]);
    check_field("anything", "google.protobuf.Value", &[(6, list)], json);
    check_field("anything", "google.protobuf.Value", &[], "null");
    let fields: HashMap<_, _> =
        ["z", "a"].map(|key| (MapKey::String(key.to_owned()), value(3, text("x")))).into();
    check_field("object", "google.protobuf.Struct", &[(1, Value::Map(fields))], r#"{"a":"x","z":"x"}"#);
    let any = |url: &str, bytes: Vec<u8>, expected| {
        check_field(
            "any",
            "google.protobuf.Any",
            &[(1, text(url)), (2, Value::Bytes(bytes.into()))],
            expected,
        );
    };
    let duration =
        message(&decoder, "google.protobuf.Duration", &[(1, Value::I64(1)), (2, Value::I32(5_000_000))]);
    let Value::Message(duration) = duration else { panic!("it is a message") };
    any(
        "type.googleapis.com/google.protobuf.Duration",
        duration.encode_to_vec(),
        r#"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1.005s"}"#,
    );
    any("example.com/Unknown", vec![0, 255], r#"{"@type":"example.com/Unknown","value":"AP8="}"#);
    any("x/google.type.Date", vec![8, 1], r#"{"@type":"x/google.type.Date","year":1}"#);
    check_field("any", "google.protobuf.Any", &[], "{}");
}

#[test]
fn any_inside_of_any_without_end_is_no_danger() {
    let mut bytes = Vec::new();
    let url = "x/google.protobuf.Any";
    let decoder = decoder(ALL);
    for _ in 0..2_000 {
        let any =
            message(&decoder, "google.protobuf.Any", &[(1, text(url)), (2, Value::Bytes(bytes.into()))]);
        let Value::Message(any) = any else { panic!("it is a message") };
        bytes = any.encode_to_vec();
    }
    let any = [(1, text(url)), (2, Value::Bytes(bytes.into()))];
    let mut decoder = decoder;
    let value = message(&decoder, "google.protobuf.Any", &any);
    let payload = encode(&decoder, &[("any", value)]);
    assert_eq!(shown::rows(&mut decoder, &[&payload]).len(), 1);
}

#[test]
fn confluents_decimal_is_a_decimal_by_the_fields_parameters_or_its_digits() {
    let text = r#"
        syntax = "proto3";
        import "confluent/meta.proto";
        import "confluent/type/decimal.proto";
        message M {
            confluent.type.Decimal price = 1 [(confluent.field_meta) = {
                doc: "what it costs"
                params: [ { key: "precision", value: "5" }, { key: "scale", value: "2" } ]
            }];
            confluent.type.Decimal plain = 2;
            repeated confluent.type.Decimal whole = 3 [(confluent.field_meta).params = { key: "precision", value: "40" }];
        }
    "#;
    let mut decoder = decoder(text);
    assert_eq!(shown::columns(&decoder), "price: decimal(5, 2)?, plain: text?, whole: [wide_decimal(40, 0)]");
    assert_eq!(decoder.schema().columns.field(0).metadata()[crate::columns::meta::DOC], "what it costs");
    let decimal = |bytes: &[u8], scale: i32| {
        let fields = [(1, Value::Bytes(bytes.to_vec().into())), (3, Value::I32(scale))];
        message(&decoder, "confluent.type.Decimal", &fields)
    };
    let cases = [
        (decimal(&[0x30, 0x39], 2), "123.45", "123.45"),
        (decimal(&[0xff], 1), "-0.10", "-0.1"),
        (decimal(&[0xff], 2), "-0.01", "-0.01"),
        (decimal(&[0x07], -1), "70.00", "70"),
        (decimal(&[], 0), "0.00", "0"),
        (decimal(&[], 3), "0.00", "0.000"),
    ];
    let bad = [decimal(&[1], 3), decimal(&[1], -4), decimal(&[1; 33], 0), decimal(&[1], i32::MIN)];
    let far = decimal(&[1], i32::MAX);
    for (value, price, plain) in cases {
        let expected = format!("{{price: {price}, plain: {plain}, whole: []}}");
        check(&mut decoder, &[("price", value.clone()), ("plain", value)], &expected);
    }
    for value in bad {
        let payload = encode(&decoder, &[("price", value)]);
        let row = shown::rows(&mut decoder, &[&payload]).remove(0);
        assert!(row.starts_with("field `price` is "), "{row}");
    }
    check(&mut decoder, &[("plain", far)], "field `plain` is a decimal with a scale beyond 1000");
}
