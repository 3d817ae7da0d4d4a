//! The JSON of a default as a value.

use super::*;
use arrow_array::types::{Decimal128Type, TimestampMicrosecondType, TimestampMillisecondType};
use arrow_array::{
    BinaryArray, BooleanArray, Date32Array, Decimal256Array, FixedSizeBinaryArray, Float32Array,
    Float64Array, Int32Array, Int64Array, ListArray, PrimitiveArray, StringArray, Time64MicrosecondArray,
};
use arrow_buffer::i256;
use arrow_cast::display::array_value_to_string;
use arrow_schema::TimeUnit;

/// The default of a field that the writer lacks.
fn default_of(field: &Field, json: &str) -> Option<ArrayRef> {
    let reader = with(field.clone(), &[(meta::DEFAULT, json)]);
    let writer = schema(vec![required("other", DataType::Int32)]);
    let resolution = Resolution::new(&writer, &schema(vec![reader])).ok()?;
    let rows = RecordBatch::try_new(writer, vec![array(Int32Array::from(vec![1]))]).unwrap();
    Some(Arc::clone(resolution.apply(&rows).unwrap().column(0)))
}

#[track_caller]
fn check_default(data_type: DataType, json: &str, expected: impl Array + 'static) {
    assert_eq!(default_of(&required("a", data_type), json), Some(array(expected)), "{json}");
}

#[track_caller]
fn check_none(field: &Field, json: &str) {
    assert_eq!(default_of(field, json), None, "{json}");
}

/// A default as text, for types that are tedious to build.
#[track_caller]
fn check_text(field: &Field, json: &str, text: &str) {
    let column = default_of(field, json).unwrap();
    assert_eq!(array_value_to_string(&column, 0).unwrap(), text);
}

#[test]
fn plain_defaults_are_values_of_their_types() {
    check_default(DataType::Boolean, "true", BooleanArray::from(vec![true]));
    check_default(DataType::Int32, "-2147483648", Int32Array::from(vec![i32::MIN]));
    check_default(DataType::Int64, "9223372036854775807", Int64Array::from(vec![i64::MAX]));
    check_default(DataType::Float32, "1", Float32Array::from(vec![1.0]));
    check_default(DataType::Float64, "-1.5e300", Float64Array::from(vec![-1.5e300]));
    check_default(DataType::Float64, "\"-Infinity\"", Float64Array::from(vec![f64::NEG_INFINITY]));
    check_default(DataType::Utf8, "\"é\\n\"", StringArray::from(vec!["é\n"]));
    check_default(DataType::Binary, r#""\u0000\u00ffA""#, BinaryArray::from_vec(vec![b"\x00\xffA"]));
    let fixed = FixedSizeBinaryArray::try_from_iter([[0xff_u8, 0x00]].into_iter()).unwrap();
    check_default(DataType::FixedSizeBinary(2), r#""\u00ff\u0000""#, fixed);
}

#[test]
fn a_default_of_another_type_is_none() {
    for (data_type, json) in [
        (DataType::Boolean, "0"),
        (DataType::Int32, "2147483648"),
        (DataType::Int32, "1.0"),
        (DataType::Int32, "null"),
        (DataType::Int64, "9223372036854775808"),
        (DataType::Float64, "\"1.5\""),
        (DataType::Utf8, "1"),
        (DataType::Binary, "\"\\u0100\""),
        (DataType::FixedSizeBinary(2), "\"abc\""),
        (DataType::Utf8, "not json"),
    ] {
        check_none(&required("a", data_type), json);
    }
}

#[test]
fn times_are_numbers_of_their_unit() {
    check_default(DataType::Date32, "-1", Date32Array::from(vec![-1]));
    check_default(
        DataType::Time64(TimeUnit::Microsecond),
        "86399999999",
        Time64MicrosecondArray::from(vec![86_399_999_999]),
    );
    check_default(
        DataType::Timestamp(TimeUnit::Millisecond, None),
        "-1",
        PrimitiveArray::<TimestampMillisecondType>::from(vec![-1]),
    );
    // Of a text that is a timestamp, such as Debezium's, the default is a text.
    check_default(
        DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))),
        "\"1970-01-01T01:00:00.000001+01:00\"",
        PrimitiveArray::<TimestampMicrosecondType>::from(vec![1]).with_timezone("UTC"),
    );
}

#[test]
fn decimals_are_twos_complement_bytes() {
    let decimal = |number: i128| {
        let column = PrimitiveArray::<Decimal128Type>::from(vec![number]);
        column.with_precision_and_scale(5, 2).unwrap()
    };
    let data_type = DataType::Decimal128(5, 2);
    check_default(data_type.clone(), "\"\"", decimal(0));
    check_default(data_type.clone(), r#""\u0001\u0000""#, decimal(256));
    check_default(data_type.clone(), r#""\u00ff""#, decimal(-1));
    check_default(data_type.clone(), r#""\u0000\u0000\u0000\u00ff""#, decimal(255));
    check_none(&required("a", data_type.clone()), r#""\u0001\u0086\u00a0""#);
    check_none(&required("a", data_type), "1.5");
    let wide = Decimal256Array::from(vec![i256::MINUS_ONE]).with_precision_and_scale(40, 0).unwrap();
    check_default(DataType::Decimal256(40, 0), r#""\u00ff\u00ff""#, wide);
}

#[test]
fn enums_are_one_of_their_symbols() {
    let pairs = [(meta::LOGICAL, meta::LOGICAL_ENUM), (meta::SYMBOLS, r#"["A","B"]"#)];
    let field = with(required("a", DataType::Utf8), &pairs);
    check_text(&field, "\"B\"", "B");
    check_none(&field, "\"C\"");
}

#[test]
fn a_uuid_is_its_text_or_its_bytes() {
    let field = with(required("a", DataType::FixedSizeBinary(16)), &[(meta::LOGICAL, meta::LOGICAL_UUID)]);
    check_text(&field, "\"F81d4fae-7dec-11d0-a765-00a0c91e6bf6\"", "f81d4fae7dec11d0a76500a0c91e6bf6");
    check_text(&field, "\"0123456789abcdef\"", "30313233343536373839616263646566");
    check_none(&field, "\"f81d4fae7dec11d0a76500a0c91e6bf6\"");
    check_none(&field, "\"f81d4fae-7dec-11d0-a765-00a0c91e6bfé\"");
}

#[test]
fn lists_maps_and_records_have_defaults_too() {
    let item = optional("item", DataType::Int32);
    check_text(&Field::new_list("a", item.clone(), false), "[1,null,3]", "[1, , 3]");
    check_text(&Field::new_list("a", item, false), "[]", "[]");
    let key = required("key", DataType::Utf8);
    let map = Field::new_map("a", "entries", key, required("value", DataType::Int64), false, false);
    check_text(&map, r#"{"x":1,"y":2}"#, "{x: 1, y: 2}");
    check_text(&map, "{}", "{}");
    let inner = with(required("y", DataType::Utf8), &[(meta::DEFAULT, "\"d\"")]);
    let record = Field::new_struct("a", vec![required("x", DataType::Int32), inner], false);
    check_text(&record, r#"{"x":1,"y":"e"}"#, "{x: 1, y: e}");
    // What a record's default leaves out has its own.
    check_text(&record, r#"{"x":1}"#, "{x: 1, y: d}");
    check_none(&record, r#"{"y":"e"}"#);
    let empty: ListArray = ListArray::new_null(Arc::new(optional("item", DataType::Int32)), 1);
    let nullable = Field::new_list("a", optional("item", DataType::Int32), true);
    assert_eq!(default_of(&nullable, "null"), Some(array(empty)));
}

#[test]
fn a_unions_default_is_of_the_first_branch_that_has_such_a_value() {
    let branches = vec![optional("int", DataType::Int32), optional("string", DataType::Utf8)];
    let union = with(Field::new_struct("a", branches, true), &[(meta::LOGICAL, meta::LOGICAL_UNION)]);
    check_text(&union, "1", "{int: 1, string: }");
    check_text(&union, "\"x\"", "{int: , string: x}");
    check_none(&union, "[]");
    assert!(default_of(&union, "null").unwrap().is_null(0));
}
