mod well_known;

use super::*;
use crate::columns::Recursion;
use crate::columns::build::shown;
use proptest::prelude::*;
use prost_reflect::{MapKey, Value, prost::Message};
use schema::{Format, Reference, SchemaId};
use std::collections::HashMap;

fn writer_schema(text: &str, references: &[(&str, &str)]) -> WriterSchema {
    let reference =
        |(name, text): &(&str, &str)| Reference { name: (*name).to_owned(), text: (*text).to_owned() };
    WriterSchema {
        id: SchemaId::Number(7),
        format: Format::Protobuf,
        text: text.to_owned(),
        references: references.iter().map(reference).collect(),
        version: Some(3),
    }
}

fn decoder_of(text: &str, references: &[(&str, &str)]) -> ProtobufDecoder {
    let schema = writer_schema(text, references);
    ProtobufDecoder::new(&schema, &MessageRef::Path(vec![0]), ColumnOptions::default())
        .expect("it makes columns")
}

fn decoder(text: &str) -> ProtobufDecoder {
    decoder_of(text, &[])
}

/// The bytes of a message, by prost-reflect's own encoder.
fn encode(decoder: &ProtobufDecoder, fields: &[(&str, Value)]) -> Vec<u8> {
    let mut message = DynamicMessage::new(decoder.message.clone());
    for (name, value) in fields {
        message.set_field_by_name(name, value.clone());
    }
    message.encode_to_vec()
}

/// A message of any type that the schema knows.
fn message(decoder: &ProtobufDecoder, name: &str, fields: &[(u32, Value)]) -> Value {
    let descriptor = decoder.message.parent_pool().get_message_by_name(name).expect("the schema knows it");
    let mut message = DynamicMessage::new(descriptor);
    for (number, value) in fields {
        message.set_field_by_number(*number, value.clone());
    }
    Value::Message(message)
}

#[track_caller]
fn check(decoder: &mut ProtobufDecoder, fields: &[(&str, Value)], expected: &str) {
    let payload = encode(decoder, fields);
    assert_eq!(shown::rows(decoder, &[&payload]), [expected]);
}

#[track_caller]
fn check_unusable(text: &str, references: &[(&str, &str)], message: MessageRef, expected: &str) {
    let schema = writer_schema(text, references);
    let error =
        ProtobufDecoder::new(&schema, &message, ColumnOptions::default()).expect_err("it makes no columns");
    assert_eq!(error.to_string(), expected);
}

const SCALARS: &str = r#"
    syntax = "proto3";
    message M {
        double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6; sint32 s32 = 7;
        sint64 s64 = 8; fixed32 f32 = 9; fixed64 f64 = 10; sfixed32 sf32 = 11; sfixed64 sf64 = 12; bool b = 13;
        string s = 14; bytes y = 15; E e = 16; optional int32 o = 17;
    }
    enum E { ZERO = 0; ONE = 1; MINUS = -1; }
"#;

#[test]
fn every_scalar_makes_its_column_and_has_its_default_where_it_is_not_set() {
    let mut decoder = decoder(SCALARS);
    assert_eq!(
        shown::columns(&decoder),
        r#"d: f64, f: f32, i32: i32, i64: i64, u32: i64, u64: decimal(20, 0), s32: i32, s64: i64, f32: i64, f64: decimal(20, 0), sf32: i32, sf64: i64, b: bool, s: text, y: bytes, e: enum["ZERO","ONE","MINUS"], o: i32?"#
    );
    check(
        &mut decoder,
        &[],
        "{d: 0.0, f: 0.0, i32: 0, i64: 0, u32: 0, u64: 0, s32: 0, s64: 0, f32: 0, f64: 0, sf32: 0, sf64: 0, \
         b: false, s: , y: , e: ZERO, o: null}",
    );
    let extremes = [
        ("d", Value::F64(f64::NAN)),
        ("f", Value::F32(f32::NEG_INFINITY)),
        ("i32", Value::I32(i32::MIN)),
        ("i64", Value::I64(i64::MIN)),
        ("u32", Value::U32(u32::MAX)),
        ("u64", Value::U64(u64::MAX)),
        ("s32", Value::I32(-1)),
        ("s64", Value::I64(i64::MAX)),
        ("f32", Value::U32(u32::MAX)),
        ("f64", Value::U64(u64::MAX)),
        ("sf32", Value::I32(-1)),
        ("sf64", Value::I64(-1)),
        ("b", Value::Bool(true)),
        ("s", Value::String("é😀".to_owned())),
        ("y", Value::Bytes(vec![0, 255].into())),
        ("e", Value::EnumNumber(-1)),
        ("o", Value::I32(0)),
    ];
    check(
        &mut decoder,
        &extremes,
        "{d: NaN, f: -inf, i32: -2147483648, i64: -9223372036854775808, u32: 4294967295, \
         u64: 18446744073709551615, s32: -1, s64: 9223372036854775807, f32: 4294967295, \
         f64: 18446744073709551615, sf32: -1, sf64: -1, b: true, s: é😀, y: 00ff, e: MINUS, o: 0}",
    );
}

#[test]
fn an_enum_number_without_a_name_is_its_digits() {
    let mut decoder = decoder(r#"syntax = "proto3"; message M { E e = 1; } enum E { ZERO = 0; }"#);
    check(&mut decoder, &[("e", Value::EnumNumber(-42))], "{e: -42}");
}

#[test]
fn proto2_fields_are_nullable_unless_they_name_a_default_or_are_required() {
    let text = r#"
        message M {
            required int32 r = 1; optional int32 o = 2; optional string d = 3 [default = "x"];
            repeated int32 l = 4 [packed = true]; optional group G = 5 { optional int32 a = 1; }
            extensions 100 to 200;
        }
        extend M { optional int32 beside = 100; }
    "#;
    let mut decoder = decoder(text);
    assert_eq!(shown::columns(&decoder), "r: i32, o: i32?, d: text, l: [i32], g: {a: i32?}?");
    check(&mut decoder, &[("r", Value::I32(0))], "{r: 0, o: null, d: x, l: [], g: null}");
    check(&mut decoder, &[], "field `r` is missing");
}

#[test]
fn lists_maps_oneofs_and_messages_nest() {
    let text = r#"
        syntax = "proto3";
        package shop;
        message Order {
            Item first = 1;
            repeated Item items = 2;
            map<string, Item> by_name = 3;
            map<sint64, string> by_number = 4;
            map<bool, E> by_flag = 5;
            oneof payment { string card = 6; int64 cash = 7; Item voucher = 8; }
            message Item { string name = 1; repeated string tags = 2; }
            enum E { A = 0; B = 1; }
        }
    "#;
    let mut decoder = decoder(text);
    let item = "{name: text, tags: [text]}";
    assert_eq!(
        shown::columns(&decoder),
        format!(
            "first: {item}?, items: [{item}], by_name: map<{item}>, by_number: map<text>, \
             by_flag: map<enum[\"A\",\"B\"]>, card: text?, cash: i64?, voucher: {item}?"
        )
    );
    check(
        &mut decoder,
        &[],
        "{first: null, items: [], by_name: {}, by_number: {}, by_flag: {}, card: null, cash: null, voucher: null}",
    );
    let tags = Value::List(vec![Value::String("x".to_owned()), Value::String(String::new())]);
    let item = message(&decoder, "shop.Order.Item", &[(1, Value::String("n".to_owned())), (2, tags)]);
    let empty = message(&decoder, "shop.Order.Item", &[]);
    let text = |text: &str| Value::String(text.to_owned());
    let by_name: HashMap<_, _> =
        ["b", "a", "c"].map(|key| (MapKey::String(key.to_owned()), empty.clone())).into();
    let by_number: HashMap<_, _> = [10, -3, 9].map(|key| (MapKey::I64(key), text("v"))).into();
    let by_flag: HashMap<_, _> = [true, false].map(|key| (MapKey::Bool(key), Value::EnumNumber(1))).into();
    let fields = [
        ("first", empty.clone()),
        ("items", Value::List(vec![item, empty])),
        ("by_name", Value::Map(by_name)),
        ("by_number", Value::Map(by_number)),
        ("by_flag", Value::Map(by_flag)),
        ("cash", Value::I64(0)),
    ];
    check(
        &mut decoder,
        &fields,
        "{first: {name: , tags: []}, items: [{name: n, tags: [x, ]}, {name: , tags: []}], \
         by_name: {a: {name: , tags: []}, b: {name: , tags: []}, c: {name: , tags: []}}, \
         by_number: {-3: v, 9: v, 10: v}, by_flag: {false: B, true: B}, card: null, cash: 0, voucher: null}",
    );
}

#[test]
fn a_message_is_found_by_its_path_or_its_place_by_name() {
    let text = r#"
        syntax = "proto3";
        package p;
        message Zebra { int32 zebra = 1; }
        message Apple {
            map<string, string> m = 1;
            message Seed { int32 seed = 1; message Core { int32 core = 1; } }
        }
    "#;
    let schema = writer_schema(text, &[]);
    let columns = |message| match ProtobufDecoder::new(&schema, &message, ColumnOptions::default()) {
        Ok(decoder) => shown::columns(&decoder),
        Err(error) => error.to_string(),
    };
    assert_eq!(columns(MessageRef::Path(vec![0])), "zebra: i32");
    assert_eq!(columns(MessageRef::Path(vec![1, 0])), "seed: i32");
    assert_eq!(columns(MessageRef::Path(vec![1, 0, 0])), "core: i32");
    let none = |path: &str| format!("Protobuf schema has no message with the indexes {path}");
    assert_eq!(columns(MessageRef::Path(vec![2])), none("[2]"));
    assert_eq!(columns(MessageRef::Path(vec![1, 1])), none("[1, 1]"));
    assert_eq!(columns(MessageRef::Path(vec![])), none("[]"));
    // p.Apple, p.Apple.MEntry, p.Apple.Seed, p.Apple.Seed.Core, p.Zebra
    assert_eq!(columns(MessageRef::Sorted(0)), "m: map<text>");
    assert_eq!(columns(MessageRef::Sorted(2)), "seed: i32");
    assert_eq!(columns(MessageRef::Sorted(3)), "core: i32");
    assert_eq!(columns(MessageRef::Sorted(4)), "zebra: i32");
    let none =
        |index: u32| format!("Protobuf schema has no message with the index {index} among its 5 by name");
    assert_eq!(columns(MessageRef::Sorted(1)), none(1));
    assert_eq!(columns(MessageRef::Sorted(u32::MAX)), none(u32::MAX));
}

#[test]
fn imports_are_references_or_known_files() {
    let text = r#"
        syntax = "proto3";
        import "common/money.proto";
        import "google/type/latlng.proto";
        import "google/protobuf/timestamp.proto";
        message M { common.Money price = 1; google.type.LatLng place = 2; google.protobuf.Timestamp at = 3; }
    "#;
    let money =
        r#"syntax = "proto3"; package common; import "schema.proto"; message Money { Unit unit = 1; }"#;
    let unit = r#"syntax = "proto3"; package common; enum Unit { EUR = 0; KRW = 1; }"#;
    let decoder = decoder_of(text, &[("schema.proto", unit), ("common/money.proto", money)]);
    assert_eq!(
        shown::columns(&decoder),
        r#"price: {unit: enum["EUR","KRW"]}?, place: {latitude: f64, longitude: f64}?, at: timestamp_us_utc?"#
    );
    check_unusable(
        text,
        &[("common/money.proto", money)],
        MessageRef::Path(vec![0]),
        "Protobuf schema doesn't compile in `common/money.proto`: import 'schema.proto' not found",
    );
}

#[test]
fn every_known_file_compiles() {
    let imports: String = known::files().iter().map(|file| format!("import \"{}\";\n", file.name)).collect();
    let decoder =
        decoder(&format!("syntax = \"proto3\";\n{imports}message M {{ google.type.Money m = 1; }}"));
    assert_eq!(shown::columns(&decoder), "m: {currency_code: text, units: i64, nanos: i32}?");
}

#[test]
fn broken_schemas_are_told_by_what_is_wrong() {
    let first = MessageRef::Path(vec![0]);
    check_unusable(
        "message {",
        &[],
        first.clone(),
        "Protobuf schema doesn't compile: expected an identifier, but found '{'",
    );
    check_unusable(
        r#"syntax = "proto3"; message M { Unknown u = 1; }"#,
        &[],
        first.clone(),
        "Protobuf schema doesn't compile: name 'Unknown' is not defined",
    );
    check_unusable("", &[], first.clone(), "Protobuf schema has no message with the indexes [0]");
    let deep = format!("{}{}", "message M {".repeat(5000), "}".repeat(5000));
    check_unusable(&deep, &[], first, "Protobuf schema is nested deeper than 100 levels");
}

#[test]
fn the_writer_is_told_by_id_version_and_a_hash_of_the_text() {
    let decoder = decoder(r#"syntax = "proto3"; message M { int32 a = 1; }"#);
    let writer = &decoder.schema().writer;
    assert_eq!((writer.id.as_str(), writer.version), ("7", Some(3)));
    assert_eq!(writer.fingerprint.len(), "xxh3:".len() + 16);
}

#[test]
fn types_that_contain_themselves_are_told_with_the_way_out_or_json_text() {
    let text = r#"
        syntax = "proto3";
        message M { Tree tree = 1; Empty empty = 2; }
        message Tree { string name = 1; repeated Branch branches = 2; }
        message Branch { int64 weight = 1; map<string, Tree> trees = 2; optional bool leaf = 3; }
        message Empty {}
    "#;
    check_unusable(
        text,
        &[],
        MessageRef::Path(vec![0]),
        "field `tree.branches.trees` is of the message `Tree`, which contains itself: no columns can hold it; \
         `recursive.types=json` makes it a column of JSON text",
    );
    check_unusable(
        text,
        &[],
        MessageRef::Path(vec![3]),
        "value is of the message `Empty`, which has no fields: no columns can hold it; \
         `recursive.types=json` makes it a column of JSON text",
    );
    let options = ColumnOptions { recursion: Recursion::Json, ..ColumnOptions::default() };
    let schema = writer_schema(text, &[]);
    let mut decoder =
        ProtobufDecoder::new(&schema, &MessageRef::Path(vec![0]), options).expect("it makes columns");
    assert_eq!(shown::columns(&decoder), "tree: json?, empty: json?");
    let leaf = message(&decoder, "Tree", &[(1, Value::String("\"leaf\"".to_owned()))]);
    let trees: HashMap<_, _> = ["b", "a"].map(|key| (MapKey::String(key.to_owned()), leaf.clone())).into();
    let branch = message(
        &decoder,
        "Branch",
        &[(1, Value::I64(i64::MAX)), (2, Value::Map(trees)), (3, Value::Bool(false))],
    );
    let tree = message(&decoder, "Tree", &[(2, Value::List(vec![branch]))]);
    let empty = message(&decoder, "Empty", &[]);
    check(
        &mut decoder,
        &[("tree", tree), ("empty", empty)],
        r#"{tree: {"branches":[{"weight":"9223372036854775807","trees":{"a":{"name":"\"leaf\""},"b":{"name":"\"leaf\""}},"leaf":false}]}, empty: {}}"#,
    );
    let mut root =
        ProtobufDecoder::new(&schema, &MessageRef::Path(vec![1]), options).expect("it makes columns");
    assert_eq!(shown::columns(&root), "name: text, branches: [json]");
    let branch = message(&root, "Branch", &[(3, Value::Bool(true))]);
    check(&mut root, &[("branches", Value::List(vec![branch]))], r#"{name: , branches: [{"leaf":true}]}"#);
    let mut empty =
        ProtobufDecoder::new(&schema, &MessageRef::Path(vec![3]), options).expect("it makes columns");
    assert_eq!(shown::columns(&empty), "value: json");
    check(&mut empty, &[], "{value: {}}");
}

proptest! {
    #[test]
    fn any_bytes_are_a_row_or_a_rejection(payloads in proptest::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let mut decoder = decoder(SCALARS);
        let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        let decoded = decoder.decode(&payloads);
        prop_assert_eq!(decoded.of_payloads.iter().flatten().count(), decoded.rows.num_rows());
    }

    #[test]
    fn what_was_encoded_is_what_is_decoded(i in any::<i64>(), u in any::<u64>(), s in "\\PC*", cut in any::<prop::sample::Index>()) {
        let mut decoder = decoder(SCALARS);
        let fields = [("i64", Value::I64(i)), ("u64", Value::U64(u)), ("s", Value::String(s.clone()))];
        let payload = encode(&decoder, &fields);
        let expected = format!("i64: {i}, u32: 0, u64: {u}, ");
        let row = shown::rows(&mut decoder, &[&payload]).remove(0);
        prop_assert!(row.contains(&expected), "{row}");
        let has_text = format!(" s: {s}, y: ");
        prop_assert!(row.contains(&has_text), "{row}");
        // A cut message is rejected without a byte of it, or is a shorter message.
        let cut = &payload[..cut.index(payload.len() + 1)];
        let row = shown::rows(&mut decoder, &[cut]).remove(0);
        prop_assert!(row.starts_with("{d: ") || row.starts_with("value is not a message `M`: "), "{row}");
    }
}

#[test]
fn a_schema_may_be_registered_as_a_descriptor_in_base64() {
    let text = "syntax = 'proto3'; message M { int32 id = 1; repeated string tags = 2; }";
    let file = protox::file::File::from_source("other.proto", text).unwrap();
    let descriptor = base64_simd::STANDARD.encode_to_string(file.file_descriptor_proto().encode_to_vec());
    let mut described = decoder(&descriptor);
    assert_eq!(described.schema().columns, decoder(text).schema().columns);
    check(&mut described, &[("id", Value::I32(7))], "{id: 7, tags: []}");
}
