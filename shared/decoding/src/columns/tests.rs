//! Columns of MySQL's types, as Debezium's connector sends them in each of its modes: the same in Avro, by the schemas
//! that its converters register, and in Connect's JSON envelope.
//! <https://debezium.io/documentation/reference/stable/connectors/mysql.html#mysql-data-types>

use super::avro::AvroDecoder;
use super::build::shown;
use super::{ColumnOptions, DecodeValues, EnvelopeDecoder, Temporal};
use base64_simd::STANDARD as BASE64;
use schema::{Format, SchemaId, WriterSchema};

/// A type as Connect has it.
#[derive(Clone, Copy)]
struct Type {
    /// In Connect's own words.
    plain: &'static str,
    /// Its name, if it has one.
    name: &'static str,
    /// Its parameters.
    parameters: &'static [(&'static str, &'static str)],
}

/// A value as Debezium has it.
enum Value<'a> {
    Boolean(bool),
    Whole(i64),
    Float(f32),
    Double(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

const fn plain(plain: &'static str) -> Type {
    Type { plain, name: "", parameters: &[] }
}

const fn named(plain: &'static str, name: &'static str) -> Type {
    Type { plain, name, parameters: &[] }
}

impl Type {
    const fn with(self, parameters: &'static [(&'static str, &'static str)]) -> Self {
        Self { parameters, ..self }
    }

    fn annotations(self, names: [&str; 2]) -> String {
        let parameters: Vec<_> =
            self.parameters.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
        match (self.name, parameters.is_empty()) {
            ("", _) => String::new(),
            (name, true) => format!(r#","{}":"{name}""#, names[0]),
            (name, false) => {
                format!(r#","{}":"{name}","{}":{{{}}}"#, names[0], names[1], parameters.join(","))
            }
        }
    }

    fn in_avro(self) -> String {
        let kind = match self.plain {
            "int16" | "int32" => "int",
            "int64" => "long",
            other => other,
        };
        let annotations = self.annotations(["connect.name", "connect.parameters"]);
        format!(
            r#"{{"type":"record","name":"Value","fields":[{{"name":"f","type":["null",{{"type":"{kind}"{annotations}}}]}}]}}"#
        )
    }

    fn in_json(self) -> String {
        let annotations = self.annotations(["name", "parameters"]);
        let plain = self.plain;
        format!(
            r#"{{"type":"struct","fields":[{{"field":"f","optional":true,"type":"{plain}"{annotations}}}]}}"#
        )
    }
}

impl Value<'_> {
    fn in_avro(&self) -> Vec<u8> {
        let mut bytes = vec![2];
        match self {
            Self::Boolean(value) => bytes.push(u8::from(*value)),
            Self::Whole(number) => bytes.extend(whole(*number)),
            Self::Float(number) => bytes.extend(number.to_le_bytes()),
            Self::Double(number) => bytes.extend(number.to_le_bytes()),
            Self::Text(text) => bytes.extend(with_length(text.as_bytes())),
            Self::Bytes(value) => bytes.extend(with_length(value)),
        }
        bytes
    }

    fn in_json(&self) -> String {
        let value = match self {
            Self::Boolean(value) => value.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Double(number) => number.to_string(),
            Self::Text(text) => serde_json::to_string(text).expect("a text is JSON"),
            Self::Bytes(value) => format!("\"{}\"", BASE64.encode_to_string(value)),
        };
        format!(r#"{{"f":{value}}}"#)
    }
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    [whole(i64::try_from(bytes.len()).expect("a few bytes")), bytes.to_vec()].concat()
}

/// A whole number as Avro has it.
fn whole(number: i64) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn avro(of: Type, options: ColumnOptions) -> AvroDecoder {
    let (id, format, text) = (SchemaId::Number(1), Format::Avro, of.in_avro());
    let schema = WriterSchema { id, format, text, references: Vec::new(), version: None };
    AvroDecoder::new(&schema, options).expect("it makes columns")
}

#[track_caller]
fn check_by(temporal: Temporal, of: Type, value: &Value<'_>, column: &str, cell: &str) {
    let options = ColumnOptions { temporal, ..ColumnOptions::default() };
    let mut in_avro = avro(of, options);
    let mut in_json = EnvelopeDecoder::new(&of.in_json(), options).expect("it makes columns");
    let (avro_value, json_value) = (value.in_avro(), value.in_json());
    let decoders: [(&mut dyn DecodeValues, &[u8]); 2] =
        [(&mut in_avro, &avro_value), (&mut in_json, json_value.as_bytes())];
    for (decoder, value) in decoders {
        assert_eq!(shown::columns(decoder), format!("f: {column}?"), "{decoder:?}");
        assert_eq!(shown::rows(decoder, &[value]), [format!("{{f: {cell}}}")], "{decoder:?}");
    }
}

/// The same whatever the setting.
#[track_caller]
fn check(of: Type, value: &Value<'_>, column: &str, cell: &str) {
    for temporal in [Temporal::Logical, Temporal::Timestamps, Temporal::Raw] {
        check_by(temporal, of, value, column, cell);
    }
}

/// What it means by default, and for the rest the number or text that it is made of.
#[track_caller]
fn check_temporal(of: Type, value: &Value<'_>, (column, cell): (&str, &str), raw: (&str, &str)) {
    check_by(Temporal::Logical, of, value, column, cell);
    check_by(Temporal::Timestamps, of, value, column, cell);
    check_by(Temporal::Raw, of, value, raw.0, raw.1);
}

const DECIMAL: &str = "org.apache.kafka.connect.data.Decimal";

#[test]
fn numbers_keep_their_value() {
    check(plain("int16"), &Value::Whole(-128), "i32", "-128");
    check(plain("int32"), &Value::Whole(65_535), "i32", "65535");
    check(plain("int64"), &Value::Whole(4_294_967_295), "i64", "4294967295");
    check(plain("int64"), &Value::Whole(i64::MIN), "i64", "-9223372036854775808");
    check(plain("float"), &Value::Float(1.5), "f32", "1.5");
    check(plain("double"), &Value::Double(-2.25), "f64", "-2.25");
}

#[test]
fn decimals_and_unsigned_bigints_are_exact() {
    // bigint.unsigned.handling.mode=precise
    let unsigned = named("bytes", DECIMAL).with(&[("scale", "0"), ("connect.decimal.precision", "20")]);
    let largest = [&[0][..], &u64::MAX.to_be_bytes()].concat();
    check(unsigned, &Value::Bytes(&largest), "decimal(20, 0)", "18446744073709551615");
    let price = named("bytes", DECIMAL).with(&[("scale", "2"), ("connect.decimal.precision", "10")]);
    check(price, &Value::Bytes(&(-1_234_567_890_i64).to_be_bytes()), "decimal(10, 2)", "-12345678.90");
    let widest = named("bytes", DECIMAL).with(&[("scale", "30"), ("connect.decimal.precision", "65")]);
    let one = "0.000000000000000000000000000001";
    check(widest, &Value::Bytes(&[1]), "wide_decimal(65, 30)", one);
    // decimal.handling.mode=string and double
    check(plain("string"), &Value::Text("-12345678.90"), "text", "-12345678.90");
    check(plain("double"), &Value::Double(1.1), "f64", "1.1");
}

#[test]
fn bits_are_booleans_or_bytes() {
    check(plain("boolean"), &Value::Boolean(true), "bool", "true");
    let bits = named("bytes", "io.debezium.data.Bits").with(&[("length", "10")]);
    check(bits, &Value::Bytes(&[0x01, 0x02]), "bytes", "0102");
    // BOOLEAN is MySQL's TINYINT(1).
    check(plain("int16"), &Value::Whole(1), "i32", "1");
}

#[test]
fn texts_and_bytes_are_what_they_are() {
    check(plain("string"), &Value::Text("héllo"), "text", "héllo");
    let names = named("string", "io.debezium.data.Enum").with(&[("allowed", "a,b")]);
    check(names, &Value::Text("b"), "text", "b");
    let set = named("string", "io.debezium.data.EnumSet").with(&[("allowed", "x,y,z")]);
    check(set, &Value::Text("x,z"), "text", "x,z");
    check(plain("bytes"), &Value::Bytes(&[0, 255]), "bytes", "00ff");
    // binary.handling.mode=hex, base64
    check(plain("string"), &Value::Text("00ff"), "text", "00ff");
    let json = named("string", "io.debezium.data.Json");
    check(json, &Value::Text(r#"{"a":[1,2.50]}"#), "json", r#"{"a":[1,2.50]}"#);
    // SQL's null is null, JSON's is a text.
    check(json, &Value::Text("null"), "json", "null");
}

#[test]
fn dates_and_times_mean_what_they_say() {
    let date = named("int32", "io.debezium.time.Date");
    check_temporal(date, &Value::Whole(19_782), ("date", "2024-02-29"), ("i32", "19782"));
    check(named("int32", "io.debezium.time.Year"), &Value::Whole(2024), "i32", "2024");

    // A DATETIME is in no zone.
    let millis = named("int64", "io.debezium.time.Timestamp");
    let local = ("timestamp_ms", "2024-02-29T23:59:59");
    check_temporal(millis, &Value::Whole(1_709_251_199_000), local, ("i64", "1709251199000"));
    let micros = named("int64", "io.debezium.time.MicroTimestamp");
    let local = ("timestamp_us", "1969-12-31T23:59:59.999999");
    check_temporal(micros, &Value::Whole(-1), local, ("i64", "-1"));
    let nanos = named("int64", "io.debezium.time.NanoTimestamp");
    let local = ("timestamp_ns", "1969-12-31T23:59:59.999999999");
    check_temporal(nanos, &Value::Whole(-1), local, ("i64", "-1"));

    // A TIMESTAMP is an instant.
    let zoned = named("string", "io.debezium.time.ZonedTimestamp");
    let text = "2038-01-19T03:14:07.999999Z";
    check_temporal(zoned, &Value::Text(text), ("timestamp_us_utc", text), ("text", text));
}

#[test]
fn a_time_may_be_beyond_a_day_where_it_is_a_number() {
    let micros = named("int64", "io.debezium.time.MicroTime");
    let value = Value::Whole(86_399_999_999);
    check_by(Temporal::Logical, micros, &value, "time_us", "23:59:59.999999");
    for number in [-3_020_399_000_000, 3_020_399_000_000] {
        for temporal in [Temporal::Timestamps, Temporal::Raw] {
            check_by(temporal, micros, &Value::Whole(number), "i64", &number.to_string());
        }
    }
}

#[test]
fn times_of_mode_connect_are_those_of_connect() {
    let date = named("int32", "org.apache.kafka.connect.data.Date");
    check_temporal(date, &Value::Whole(19_782), ("date", "2024-02-29"), ("i32", "19782"));
    let time = named("int32", "org.apache.kafka.connect.data.Time");
    check_by(Temporal::Logical, time, &Value::Whole(1), "time_ms", "00:00:00.001");
    check_by(Temporal::Timestamps, time, &Value::Whole(1), "i32", "1");
    // Connect has no local times, so that a DATETIME is taken for one in UTC.
    let timestamp = named("int64", "org.apache.kafka.connect.data.Timestamp");
    let instant = ("timestamp_ms_utc", "2024-02-29T23:59:59Z");
    check_temporal(timestamp, &Value::Whole(1_709_251_199_000), instant, ("i64", "1709251199000"));
}

#[test]
fn times_of_mode_isostring_stay_texts() {
    for (name, text) in [
        ("io.debezium.time.IsoDate", "2024-02-29Z"),
        ("io.debezium.time.IsoTime", "23:59:59.999999Z"),
        ("io.debezium.time.IsoTimestamp", "2024-02-29T23:59:59Z"),
    ] {
        check(named("string", name), &Value::Text(text), "text", text);
    }
}

#[test]
fn an_unavailable_value_passes_for_a_json_text() {
    let json = named("string", "io.debezium.data.Json");
    check(json, &Value::Text("__debezium_unavailable_value"), "json", "__debezium_unavailable_value");
}
