use super::field::field_of;
use super::{JsonOptions, decode_all, validate};
use crate::NullValues;
use crate::debezium::Unwrap;
use proptest::prelude::*;
use record::event::{self, EventWriter, NewRecord};
use record::{Batch, Field, Row, Source, TimestampType};
use serde_json::{Map, Value};
use std::borrow::Cow;

#[track_caller]
fn check_text(value: impl AsRef<[u8]>, text: &str) {
    assert_eq!(validate(value.as_ref()), Ok(text));
}

#[track_caller]
fn check_refused(value: impl AsRef<[u8]>, message: &str) {
    assert_eq!(validate(value.as_ref()), Err(message.to_owned()));
}

#[track_caller]
fn check_field(text: &str, path: &str, expected: Field<'_>) {
    assert_eq!(field_of(text, &path.parse().unwrap()), expected, "{path} of {text}");
}

/// A batch of these values at the offsets from 0.
fn batch(values: &[Option<&[u8]>]) -> Batch {
    let mut event = EventWriter::new(Source::SelfManaged, "broker:9092".to_owned());
    for (offset, value) in (0..).zip(values) {
        event.push(&NewRecord {
            topic: "tracking.log",
            partition: 0,
            offset,
            timestamp_ms: 1_705_314_600_000,
            timestamp_type: TimestampType::CreateTime,
            key: None,
            value: *value,
            headers: Vec::new(),
        });
    }
    event::parse(&event.finish()).unwrap()
}

fn options(null_values: NullValues) -> JsonOptions<'static> {
    JsonOptions { null_values, unwrap: Unwrap::None, reserved_member: None }
}

/// Decodes two values with a tombstone and a bad one between them; everything expected comes with its offset.
#[track_caller]
fn check_decoded(
    null_values: NullValues,
    rows: &[(i64, &str)],
    rejections: &[(i64, &str, &str)],
    ignored: usize,
) {
    let batch = batch(&[Some(b" {\"a\": 1}\n"), None, Some(b"{\"a\":"), Some(b"null")]);
    let decoded = decode_all(&batch, &options(null_values));
    let found_rows: Vec<_> = decoded.rows.iter().map(|row| (row.record().offset(), row.text())).collect();
    assert_eq!(found_rows, rows);
    let found_rejections: Vec<_> = decoded
        .rejections
        .iter()
        .map(|rejection| (rejection.record.offset(), rejection.kind.as_str(), rejection.message.as_str()))
        .collect();
    assert_eq!(found_rejections, rejections);
    assert_eq!(decoded.ignored, ignored);
}

const CUT_OFF: &str = "value is not JSON: EOF while parsing a value at line 1 column 5";

fn text(expected: &str) -> Field<'_> {
    Field::Text(Cow::Borrowed(expected))
}

fn integer(expected: &str) -> Field<'_> {
    Field::Integer(Cow::Borrowed(expected))
}

#[test]
fn a_tombstone_fails_unless_the_settings_say_otherwise() {
    check_decoded(
        NullValues::Fail,
        &[(0, "{\"a\": 1}"), (3, "null")],
        &[
            (1, "tombstone", "value is null, and behavior.on.null.values is fail"),
            (2, "invalid_json", CUT_OFF),
        ],
        0,
    );
}

#[test]
fn a_tombstone_that_is_ignored_is_counted_and_the_text_null_is_none() {
    check_decoded(NullValues::Ignore, &[(0, "{\"a\": 1}"), (3, "null")], &[(2, "invalid_json", CUT_OFF)], 1);
}

#[test]
fn a_tombstone_that_is_written_is_the_text_null() {
    check_decoded(
        NullValues::Write,
        &[(0, "{\"a\": 1}"), (1, "null"), (3, "null")],
        &[(2, "invalid_json", CUT_OFF)],
        0,
    );
}

#[test]
fn a_tombstone_has_no_field_and_the_text_null_is_no_object() {
    let batch = batch(&[None, Some(b"null"), Some(b"{\"a\":1}")]);
    let decoded = decode_all(&batch, &options(NullValues::Write));
    let path = "a".parse().unwrap();
    let fields: Vec<_> = decoded.rows.iter().map(|row| row.field(&path)).collect();
    assert_eq!(fields, [Field::Absent, Field::NotAnObject, integer("1")]);
}

#[test]
fn an_object_with_the_reserved_member_is_rejected() {
    let batch = batch(&[Some(b"{\"a\":1}"), Some(b" {\"_kafka\":1}")]);
    let reserving = JsonOptions { reserved_member: Some("_kafka"), ..options(NullValues::Fail) };
    let decoded = decode_all(&batch, &reserving);
    let found: Vec<_> = decoded.rejections.iter().map(|it| (it.kind.as_str(), &*it.message)).collect();
    let message = "value has a member of its own under the name that Kafka's metadata takes";
    assert_eq!((decoded.rows.len(), &*found), (1, &[("name_taken", message)][..]));
}

#[test]
fn any_type_of_json_is_a_value() {
    for value in ["{}", "[]", "[1,2]", "\"\"", "\"text\"", "0", "-1.5e3", "true", "false", "null"] {
        check_text(value, value);
    }
}

#[test]
fn text_between_the_outer_white_space_is_kept_byte_for_byte() {
    check_text(" \t\r\n{ \"a\" :\r\n 1 } \n", "{ \"a\" :\r\n 1 }");
    check_text("{\"b\":1.0,\"a\":1E5,\"b\":-0}", "{\"b\":1.0,\"a\":1E5,\"b\":-0}");
    check_text(r#"{"\u00e9":"\/","é":"\ud83d\ude00"}"#, r#"{"\u00e9":"\/","é":"\ud83d\ude00"}"#);
    check_text("1e400", "1e400");
    check_text("12345678901234567890123", "12345678901234567890123");
    // JSON's grammar allows a lone surrogate; what to make of it is the reader's business.
    check_text(r#""\ud800""#, r#""\ud800""#);
}

#[test]
fn what_is_not_json_is_refused_with_the_place() {
    check_refused(" ", "value is not JSON: EOF while parsing a value at line 1 column 1");
    check_refused("{\"a\":1", "value is not JSON: EOF while parsing an object at line 1 column 6");
    check_refused("{\n\"a\":tru}", "value is not JSON: expected ident at line 2 column 8");
    check_refused("{} {}", "value is not JSON: trailing characters at line 1 column 4");
    check_refused("[1,]", "value is not JSON: expected value at line 1 column 4");
    check_refused("[1 2]", "value is not JSON: expected `,` or `]` at line 1 column 4");
    check_refused("{'a':1}", "value is not JSON: key must be a string at line 1 column 2");
    check_refused("{\"a\" 1}", "value is not JSON: expected `:` at line 1 column 6");
    check_refused("01", "value is not JSON: invalid number at line 1 column 2");
    check_refused("\"\\x\"", "value is not JSON: invalid escape at line 1 column 3");
    check_refused("\0\0\0\0\u{7}", "value is not JSON: expected value at line 1 column 1");
    check_refused("\u{feff}{}", "value is not JSON: expected value at line 1 column 1");
}

#[test]
fn near_misses_of_json_are_refused() {
    for value in [
        "NaN",
        "Infinity",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "0x10",
        "-01",
        "nul",
        "True",
        "'a'",
        "{a:1}",
        "{\"a\":}",
        "{,}",
        "[,]",
        "[1",
        "]",
        "}",
        "\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\u{1}\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "// c\n1",
        "1,",
        "1\0",
        "\u{a0}1",
        "\u{b}1",
    ] {
        assert!(validate(value.as_bytes()).is_err(), "{value:?}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_the_place() {
    check_refused(b"\"caf\xe9\"", "value is not UTF-8 at byte 4 of 6");
    check_refused(b"{\"a\xff\":1}", "value is not UTF-8 at byte 3 of 8");
    check_refused(b"\xff\xfe{\0}\0", "value is not UTF-8 at byte 0 of 6");
    // A surrogate in UTF-8, an overlong slash, a character cut in the middle.
    check_refused(b"\"\xed\xa0\x80\"", "value is not UTF-8 at byte 1 of 5");
    check_refused(b"\"\xc0\xaf\"", "value is not UTF-8 at byte 1 of 4");
    check_refused(b"\"\xe2\x82", "value is not UTF-8 at byte 1 of 3");
}

#[test]
fn a_value_of_0_bytes_is_refused() {
    check_refused("", "value has 0 bytes, which is neither JSON nor a tombstone");
}

#[test]
fn a_refusal_never_shows_the_payload() {
    for value in
        ["secret", "{\"a\":secret}", "\"secret", "{secret:1}", "[1,secret]", "\"\\secret\"", "{} secret"]
    {
        assert!(!validate(value.as_bytes()).unwrap_err().contains("secret"), "{value}");
    }
}

#[test]
fn nesting_of_any_depth_is_taken() {
    for (open, inner, close) in [("[", "", "]"), ("{\"a\":", "1", "}")] {
        let deep = format!("{}{inner}{}", open.repeat(100_000), close.repeat(100_000));
        check_text(&deep, &deep);
        let beside = format!("{{\"x\":{deep},\"a\":{{\"x\":{deep},\"b\":7}},\"y\":{deep}}}");
        check_field(&beside, "a.b", integer("7"));
        check_field(&beside, "x", Field::Other(if open == "[" { "array" } else { "object" }));
        check_field(&beside, "x.b.c", Field::Absent);
    }
    check_refused("[".repeat(100_000), "value is not JSON: EOF while parsing a list at line 1 column 100000");
}

#[test]
fn a_field_has_the_type_of_its_value() {
    let object =
        r#"{"t":"user-1","e":"","i":42,"n":-7,"yes":true,"no":false,"null":null,"f":1.5,"o":{},"a":[1]}"#;
    check_field(object, "t", text("user-1"));
    check_field(object, "e", text(""));
    check_field(object, "i", integer("42"));
    check_field(object, "n", integer("-7"));
    check_field(object, "yes", Field::Boolean(true));
    check_field(object, "no", Field::Boolean(false));
    check_field(object, "null", Field::Absent);
    check_field(object, "missing", Field::Absent);
    check_field(object, "f", Field::Other("fractional number"));
    check_field(object, "o", Field::Other("object"));
    check_field(object, "a", Field::Other("array"));
    check_field("{}", "a", Field::Absent);
}

#[test]
fn an_integer_keeps_its_digits() {
    for digits in ["0", "-0", "9223372036854775808", "-9223372036854775809", "12345678901234567890123"] {
        check_field(&format!("{{\"id\":{digits}}}"), "id", integer(digits));
    }
    let long = "9".repeat(5_000);
    check_field(&format!("{{\"id\":{long}}}"), "id", integer(&long));
    for number in ["1.0", "1E5", "1e400", "-0.0", "2e-3"] {
        check_field(&format!("{{\"id\":{number}}}"), "id", Field::Other("fractional number"));
    }
}

#[test]
fn escapes_in_names_and_texts_are_resolved() {
    let object = r#"{"\u0069d":"a\/b","caf\u00e9":"\ud83d\ude00","q\"":"\t"}"#;
    check_field(object, "id", text("a/b"));
    check_field(object, "café", text("😀"));
    check_field(object, "q\"", text("\t"));
}

#[test]
fn a_lone_surrogate_is_text_that_cannot_name_a_path() {
    let object = r#"{"\udc00":1,"high":"\ud800","low":"x\udc00","pair":"\ud800\u0041","\ud800\"":2,"id":3}"#;
    for name in ["high", "low", "pair"] {
        check_field(object, name, Field::Other("text with a lone surrogate"));
    }
    check_field(object, "id", integer("3"));
}

#[test]
fn a_dotted_path_goes_into_objects() {
    let object = r#" {"user":{"address":{"city":"Seoul"},"id":7},"user.id":8,"list":[{"id":9}],"text":"id","n":1e400}"#;
    let object = object.trim_start();
    check_field(object, "user.address.city", text("Seoul"));
    check_field(object, "user.id", integer("7"));
    check_field(object, "user", Field::Other("object"));
    for path in ["user.id.more", "user.nobody.city", "list.id", "list.0.id", "text.id", "n.id", "nobody.id"] {
        check_field(object, path, Field::Absent);
    }
    check_field(r#"{"user":null}"#, "user.id", Field::Absent);
    check_field("{ \"user\" :\n{ \"id\"\t: 7 } }", "user.id", integer("7"));
}

#[test]
fn of_a_repeated_member_the_last_counts() {
    check_field(r#"{"id":1,"id":2}"#, "id", integer("2"));
    check_field(r#"{"id":1,"\u0069d":2}"#, "id", integer("2"));
    check_field(r#"{"id":1,"id":null}"#, "id", Field::Absent);
    check_field(r#"{"a":{"b":1},"a":{"c":2}}"#, "a.b", Field::Absent);
    check_field(r#"{"a":1e400,"a":{"b":1}}"#, "a.b", integer("1"));
    check_field(r#"{"a":{"b":1},"a":"\ud800"}"#, "a.b", Field::Absent);
}

#[test]
fn what_is_not_an_object_has_no_fields() {
    for root in ["null", "true", "1", "\"a\"", "[{\"a\":1}]"] {
        check_field(root, "a", Field::NotAnObject);
        check_field(root, "a.b", Field::NotAnObject);
    }
}

#[test]
fn a_path_may_have_any_number_of_names() {
    // More than the 128 levels at which serde_json gives up.
    let depth = 1_000;
    let object = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let path = |names| vec!["a"; names].join(".");
    check_field(&object, &path(depth), integer("1"));
    check_field(&object, &path(depth + 1), Field::Absent);
}

/// Values of a few names, so that paths hit.
fn values() -> impl Strategy<Value = Value> {
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaves.prop_recursive(4, 64, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-cé\"\\\\]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The same question, asked of a parsed value.
fn field_of_parsed<'v>(root: &'v Value, path: &str) -> Field<'v> {
    if !root.is_object() {
        return Field::NotAnObject;
    }
    match path.split('.').try_fold(root, |value, name| value.as_object()?.get(name)) {
        None | Some(Value::Null) => Field::Absent,
        Some(Value::Bool(value)) => Field::Boolean(*value),
        Some(Value::Number(number)) if number.is_f64() => Field::Other("fractional number"),
        Some(Value::Number(number)) => Field::Integer(number.to_string().into()),
        Some(Value::String(value)) => text(value),
        Some(Value::Array(_)) => Field::Other("array"),
        Some(Value::Object(_)) => Field::Other("object"),
    }
}

proptest! {
    #[test]
    fn a_field_is_what_a_parser_finds_there(
        root in values(),
        path in prop::collection::vec("[a-cé\"\\\\]", 1..4),
        pretty in any::<bool>(),
    ) {
        let json = if pretty { serde_json::to_string_pretty(&root) } else { serde_json::to_string(&root) }.unwrap();
        let path = path.join(".");
        prop_assert_eq!(validate(json.as_bytes()), Ok(json.as_str()));
        prop_assert_eq!(field_of(&json, &path.parse().unwrap()), field_of_parsed(&root, &path));
    }

    #[test]
    fn what_is_taken_is_what_a_parser_takes(text in r#"[\[\]{}",: \n\t0-9eE+.\\\\/ua-f-]{0,8}"#) {
        // A `Value` holds neither numbers beyond 64 bits nor lone surrogates; the grammar has nothing against them.
        let beyond_grammar = |error: &serde_json::Error| {
            ["number out of range", "surrogate", "hex escape"].iter().any(|it| error.to_string().contains(it))
        };
        match serde_json::from_str::<Value>(&text) {
            Ok(_) => prop_assert_eq!(validate(text.as_bytes()), Ok(text.trim_matches([' ', '\n', '\t']))),
            Err(error) if beyond_grammar(&error) => {}
            Err(_) => prop_assert!(validate(text.as_bytes()).is_err()),
        }
    }

    #[test]
    fn a_value_with_one_byte_changed_never_panics(root in values(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut json = serde_json::to_vec(&root).unwrap();
        let at = at.index(json.len());
        json[at] = byte;
        if let Ok(text) = validate(&json) {
            for path in ["a", "a.b", "é", "\"", "\\"] {
                let _ = field_of(text, &path.parse().unwrap());
            }
        }
    }
}
