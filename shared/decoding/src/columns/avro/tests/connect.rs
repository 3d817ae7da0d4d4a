use super::{arrow_type, bytes, decoded, long, record_of, writer};
use crate::columns::avro::AvroDecoder;
use crate::columns::{ColumnOptions, Temporal};

const ZONED: &str = r#"{"type": "string", "connect.name": "io.debezium.time.ZonedTimestamp"}"#;

#[track_caller]
fn check(temporal: Temporal, data_type: &str, arrow: &str, value: Vec<u8>, expected: Result<&str, &str>) {
    for (data_type, prefix) in
        [(data_type.to_owned(), vec![]), (format!(r#"["null", {data_type}]"#), long(1))]
    {
        let options = ColumnOptions { temporal, ..ColumnOptions::default() };
        let mut decoder = AvroDecoder::new(&writer(&record_of(&data_type), &[]), options).unwrap();
        assert_eq!(arrow_type(&decoder), arrow);
        let value = [prefix, value.clone()].concat();
        assert_eq!(decoded(&mut decoder, &[value]), [expected.map(str::to_owned).map_err(str::to_owned)]);
    }
}

fn named(data_type: &str, name: &str) -> String {
    format!(r#"{{"type": "{data_type}", "connect.version": 1, "connect.name": "{name}"}}"#)
}

#[test]
fn named_temporal_types_become_what_they_mean_by_setting() {
    use Temporal::{Logical, Raw, Timestamps};
    let check = |data_type, name, value: i64, expected: [(&str, &str); 3]| {
        for (temporal, (arrow, text)) in [Logical, Timestamps, Raw].into_iter().zip(expected) {
            check(temporal, &named(data_type, name), arrow, long(value), Ok(text));
        }
    };
    let date = [("Date32", "1970-01-02"), ("Date32", "1970-01-02"), ("Int32", "1")];
    check("int", "io.debezium.time.Date", 1, date);
    check("int", "org.apache.kafka.connect.data.Date", 1, date);
    let millis = [("Time32(ms)", "00:00:00.001"), ("Int32", "1"), ("Int32", "1")];
    check("int", "io.debezium.time.Time", 1, millis);
    check("int", "org.apache.kafka.connect.data.Time", 1, millis);
    check(
        "long",
        "io.debezium.time.MicroTime",
        1,
        [("Time64(µs)", "00:00:00.000001"), ("Int64", "1"), ("Int64", "1")],
    );
    check(
        "long",
        "io.debezium.time.NanoTime",
        1,
        [("Time64(ns)", "00:00:00.000000001"), ("Int64", "1"), ("Int64", "1")],
    );
    let text = "1969-12-31T23:59:59.999";
    let local = [("Timestamp(ms)", text), ("Timestamp(ms)", text), ("Int64", "-1")];
    check("long", "io.debezium.time.Timestamp", -1, local);
    let text = "1969-12-31T23:59:59.999999";
    check(
        "long",
        "io.debezium.time.MicroTimestamp",
        -1,
        [("Timestamp(µs)", text), ("Timestamp(µs)", text), ("Int64", "-1")],
    );
    let text = "1969-12-31T23:59:59.999999999";
    check(
        "long",
        "io.debezium.time.NanoTimestamp",
        -1,
        [("Timestamp(ns)", text), ("Timestamp(ns)", text), ("Int64", "-1")],
    );
    let (arrow, text) = (r#"Timestamp(ms, "UTC")"#, "1969-12-31T23:59:59.999Z");
    check(
        "long",
        "org.apache.kafka.connect.data.Timestamp",
        -1,
        [(arrow, text), (arrow, text), ("Int64", "-1")],
    );
    check("int", "io.debezium.time.Year", 2_000, [("Int32", "2000"); 3]);
    check("long", "io.debezium.time.Date", 2, [("Int64", "2"); 3]);
}

#[test]
fn the_setting_stands_above_the_logical_type_beside_a_known_name() {
    let of = |name| format!(r#"{{"type": "int", "connect.name": "{name}", "logicalType": "time-millis"}}"#);
    let time = of("org.apache.kafka.connect.data.Time");
    check(Temporal::Logical, &time, "Time32(ms)", long(0), Ok("00:00:00"));
    check(Temporal::Timestamps, &time, "Int32", long(-5), Ok("-5"));
    check(Temporal::Raw, &time, "Int32", long(0), Ok("0"));
    check(Temporal::Raw, &of("com.example.Other"), "Time32(ms)", long(0), Ok("00:00:00"));
}

#[test]
fn a_time_outside_a_day_is_a_bad_value_with_a_way_out() {
    let out = "the field `f` is below zero or not below 24 hours, so it is no time of day; \
               with debezium.temporal=timestamps it is a number";
    let micros = named("long", "io.debezium.time.MicroTime");
    check(Temporal::Logical, &micros, "Time64(µs)", long(-1), Err(out));
    check(Temporal::Logical, &micros, "Time64(µs)", long(86_400_000_000), Err(out));
    check(Temporal::Logical, &micros, "Time64(µs)", long(86_399_999_999), Ok("23:59:59.999999"));
    let nanos = named("long", "io.debezium.time.NanoTime");
    check(Temporal::Logical, &nanos, "Time64(ns)", long(86_400_000_000_000), Err(out));
    let plain = r#"{"type": "int", "logicalType": "time-millis"}"#;
    let out = "the field `f` is below zero or not below 24 hours, so it is no time of day";
    check(Temporal::Logical, plain, "Time32(ms)", long(86_400_000), Err(out));
}

#[test]
fn a_zoned_timestamp_becomes_an_instant() {
    let arrow = r#"Timestamp(µs, "UTC")"#;
    check(
        Temporal::Logical,
        ZONED,
        arrow,
        bytes("2018-06-20T15:37:03.5+02:00"),
        Ok("2018-06-20T13:37:03.500Z"),
    );
    check(Temporal::Timestamps, ZONED, arrow, bytes("0001-01-01T00:00:00Z"), Ok("0001-01-01T00:00:00Z"));
    check(Temporal::Raw, ZONED, "Utf8", bytes("today"), Ok("today"));
    let bad = "the field `f` is not a date and time of ISO 8601 with a zone; with debezium.temporal=raw it is a text";
    check(Temporal::Logical, ZONED, arrow, bytes("today"), Err(bad));
    check(Temporal::Logical, ZONED, arrow, bytes(""), Err(bad));
}

#[test]
fn a_zoned_timestamp_may_be_null_with_the_record_around_it() {
    let record = format!(
        r#"["null", {{"type": "record", "name": "S", "fields": [{{"name": "at", "type": {ZONED}}},
            {{"name": "deleted_at", "type": ["null", {ZONED}]}}]}}]"#
    );
    let mut decoder = super::decoder(&record_of(&record));
    let at = bytes("2018-06-20T13:37:03Z");
    assert_eq!(
        decoded(&mut decoder, &[long(0), [long(1), at, long(0)].concat(), long(0)]),
        [
            Ok("null".to_owned()),
            Ok("{at: 2018-06-20T13:37:03Z, deleted_at: null}".to_owned()),
            Ok("null".to_owned())
        ]
    );
}

#[test]
fn named_texts_become_what_they_mean() {
    let uuid = named("string", "io.debezium.data.Uuid");
    let hex = "00112233445566778899aabbccddeeff";
    check(
        Temporal::Raw,
        &uuid,
        "FixedSizeBinary(16)",
        bytes("00112233-4455-6677-8899-aabbccddeeff"),
        Ok(hex),
    );
    check(Temporal::Raw, &uuid, "FixedSizeBinary(16)", bytes("0011"), Err("the field `f` is not a UUID"));
    check(
        Temporal::Raw,
        &uuid,
        "FixedSizeBinary(16)",
        bytes(format!("{{{hex}}}")),
        Err("the field `f` is not a UUID"),
    );
    check(Temporal::Raw, &named("string", "io.debezium.data.Json"), "Utf8", bytes("{}"), Ok("{}"));
    check(Temporal::Raw, &named("string", "io.debezium.data.Enum"), "Utf8", bytes("a"), Ok("a"));
}

#[test]
fn a_decimal_of_connect_has_the_precision_that_its_source_stated() {
    let of = |rest: &str| {
        format!(r#"{{"type": "bytes", "connect.name": "org.apache.kafka.connect.data.Decimal", {rest}}}"#)
    };
    let value = || bytes([1, 0]);
    // As Debezium has it through Confluent's converter.
    let stated =
        of(r#""connect.version": 1, "connect.parameters": {"scale": "2", "connect.decimal.precision": "10"},
           "logicalType": "decimal", "scale": 2, "precision": 10"#);
    check(Temporal::Raw, &stated, "Decimal128(10, 2)", value(), Ok("2.56"));
    // The converter writes 64 where the source did not say; no reader of the field takes more than 38.
    let unstated =
        of(r#""connect.parameters": {"scale": "2"}, "logicalType": "decimal", "scale": 2, "precision": 64"#);
    check(Temporal::Raw, &unstated, "Decimal128(38, 2)", value(), Ok("2.56"));
    check(
        Temporal::Raw,
        &unstated,
        "Decimal128(38, 2)",
        bytes(10_i128.pow(38).to_be_bytes()),
        Err("the field `f` is a decimal of more digits than its precision of 38"),
    );
    check(
        Temporal::Raw,
        &of(r#""connect.parameters": {"scale": "40"}"#),
        "Decimal256(40, 40)",
        bytes([]),
        Ok("0.0000000000000000000000000000000000000000"),
    );
    check(Temporal::Raw, &of(r#""connect.parameters": {"scale": "-2"}"#), "Binary", value(), Ok("0100"));
    let plain = r#"{"type": "bytes", "logicalType": "decimal", "scale": 2, "precision": 64}"#;
    check(Temporal::Raw, plain, "Decimal256(64, 2)", value(), Ok("2.56"));
}

#[test]
fn a_decimal_of_variable_scale_stays_a_record() {
    let record = r#"{"type": "record", "name": "VariableScaleDecimal", "namespace": "io.debezium.data",
        "connect.name": "io.debezium.data.VariableScaleDecimal", "fields": [
        {"name": "scale", "type": "int"}, {"name": "value", "type": "bytes"}]}"#;
    let arrow = r#"Struct("scale": non-null Int32, "value": non-null Binary)"#;
    check(Temporal::Logical, record, arrow, [long(1), bytes([7])].concat(), Ok("{scale: 1, value: 07}"));
}
