//! Which types are read as which.

use super::*;
use arrow_array::{
    BinaryArray, Decimal128Array, Decimal256Array, Float32Array, Float64Array, Int32Array, Int64Array,
    StringArray,
};
use arrow_buffer::i256;
use arrow_schema::TimeUnit::{Microsecond, Millisecond, Nanosecond};

const NUMBERS: [DataType; 4] = [DataType::Int32, DataType::Int64, DataType::Float32, DataType::Float64];

/// Types of which none is read as another.
fn strict() -> Vec<DataType> {
    let utc = || Some(Arc::from("UTC"));
    let mut types = vec![
        DataType::Boolean,
        DataType::Binary,
        DataType::FixedSizeBinary(4),
        DataType::FixedSizeBinary(16),
        DataType::Date32,
        DataType::Time32(Millisecond),
        DataType::Time64(Microsecond),
        DataType::Time64(Nanosecond),
        DataType::Decimal128(10, 2),
        DataType::Decimal128(10, 3),
        DataType::new_list(DataType::Int32, true),
        DataType::Struct(Fields::from(vec![required("a", DataType::Int32)])),
    ];
    for unit in [Millisecond, Microsecond, Nanosecond] {
        types.extend([DataType::Timestamp(unit, None), DataType::Timestamp(unit, utc())]);
    }
    types
}

#[test]
fn numbers_are_read_as_wider_ones_alone() {
    for (index, writer) in NUMBERS.iter().enumerate() {
        for (other, reader) in NUMBERS.iter().enumerate() {
            assert_eq!(is_read(writer, reader), index <= other, "{writer} as {reader}");
        }
    }
}

#[test]
fn other_types_are_read_as_themselves_alone() {
    let all = [strict(), NUMBERS.to_vec()].concat();
    for (index, writer) in strict().iter().enumerate() {
        for (other, reader) in all.iter().enumerate() {
            assert_eq!(is_read(writer, reader), index == other, "{writer} as {reader}");
            assert_eq!(is_read(reader, writer), index == other, "{reader} as {writer}");
        }
    }
}

#[test]
fn widened_numbers_keep_their_values() {
    let ints = || array(Int32Array::from(vec![Some(i32::MIN), None, Some(16_777_217)]));
    let a = |data_type| optional("a", data_type);
    let longs = array(Int64Array::from(vec![Some(i64::from(i32::MIN)), None, Some(16_777_217)]));
    check(a(DataType::Int32), ints(), a(DataType::Int64), &longs);
    let doubles = array(Float64Array::from(vec![Some(f64::from(i32::MIN)), None, Some(16_777_217.0)]));
    check(a(DataType::Int32), ints(), a(DataType::Float64), &doubles);
    // To the next number that 24 bits can tell, as Java does.
    let floats = array(Float32Array::from(vec![Some(i32::MIN as f32), None, Some(16_777_216.0)]));
    check(a(DataType::Int32), ints(), a(DataType::Float32), &floats);
    let longs = array(Int64Array::from(vec![i64::MAX, i64::MIN]));
    let doubles = array(Float64Array::from(vec![i64::MAX as f64, i64::MIN as f64]));
    check(a(DataType::Int64), longs, a(DataType::Float64), &doubles);
    let longs = array(Int64Array::from(vec![1 << 53, -(1 << 24) - 1]));
    let floats = array(Float32Array::from(vec![9_007_199_254_740_992.0, -16_777_216.0]));
    check(a(DataType::Int64), longs, a(DataType::Float32), &floats);
    let floats = array(Float32Array::from(vec![f32::INFINITY, -0.0, 0.1]));
    let doubles = array(Float64Array::from(vec![f64::INFINITY, -0.0, f64::from(0.1_f32)]));
    check(a(DataType::Float32), floats, a(DataType::Float64), &doubles);
}

#[test]
fn text_is_read_as_bytes_but_bytes_not_as_text() {
    check(
        optional("a", DataType::Utf8),
        array(StringArray::from(vec![Some("é"), None])),
        optional("a", DataType::Binary),
        &array(BinaryArray::from_opt_vec(vec![Some("é".as_bytes()), None])),
    );
    check_refused(
        vec![required("a", DataType::Binary)],
        vec![required("a", DataType::Utf8)],
        "field a is Binary in the writer's schema, and Utf8 in the reader's",
    );
}

#[test]
fn decimals_are_read_with_more_digits_but_no_other_scale() {
    assert!(is_read(&DataType::Decimal128(10, 2), &DataType::Decimal128(12, 2)));
    assert!(!is_read(&DataType::Decimal128(12, 2), &DataType::Decimal128(10, 2)));
    assert!(!is_read(&DataType::Decimal128(10, 2), &DataType::Decimal128(12, 3)));
    let narrow = |precision| {
        array(Decimal128Array::from(vec![Some(-1234), None]).with_precision_and_scale(precision, 2).unwrap())
    };
    let wide = |precision| {
        let values = Decimal256Array::from(vec![Some(i256::from_i128(-1234)), None]);
        array(values.with_precision_and_scale(precision, 2).unwrap())
    };
    for (writer, reader) in [(narrow(10), narrow(38)), (narrow(10), wide(50)), (wide(50), wide(76))] {
        let field = |column: &ArrayRef| optional("a", column.data_type().clone());
        check(field(&writer), Arc::clone(&writer), field(&reader), &reader);
    }
}

#[test]
fn meanings_stay() {
    let json = || with(required("a", DataType::Utf8), &[(meta::LOGICAL, meta::LOGICAL_JSON)]);
    check_refused(
        vec![json()],
        vec![required("a", DataType::Utf8)],
        "field a is Utf8 (json) in the writer's schema, and Utf8 in the reader's",
    );
    check_refused(
        vec![with(required("a", DataType::FixedSizeBinary(16)), &[(meta::LOGICAL, meta::LOGICAL_UUID)])],
        vec![required("a", DataType::FixedSizeBinary(16))],
        "field a is FixedSizeBinary(16) (uuid) in the writer's schema, and FixedSizeBinary(16) in the reader's",
    );
    check_refused(
        vec![json()],
        vec![required("a", DataType::Binary)],
        "field a is Utf8 (json) in the writer's schema, and Binary in the reader's",
    );
}

fn symbols(list: &str) -> Field {
    let pairs = [(meta::LOGICAL, meta::LOGICAL_ENUM), (meta::SYMBOLS, list), (meta::NAME, "com.acme.Color")];
    with(optional("a", DataType::Utf8), &pairs)
}

#[test]
fn an_enum_is_read_where_the_reader_knows_its_symbols_or_has_a_default() {
    let colors = || array(StringArray::from(vec![Some("RED"), None, Some("BLUE")]));
    check(symbols(r#"["RED","BLUE"]"#), colors(), symbols(r#"["BLUE","GREEN","RED"]"#), &colors());
    check_refused(
        vec![symbols(r#"["RED","BLUE"]"#)],
        vec![symbols(r#"["RED"]"#)],
        "field a has the symbol BLUE in the writer's schema, but not in the reader's, which has no default symbol",
    );
    let reader = with(symbols(r#"["RED","OTHER"]"#), &[(meta::ENUM_DEFAULT, "OTHER")]);
    let expected = array(StringArray::from(vec![Some("RED"), None, Some("OTHER")]));
    check(symbols(r#"["RED","BLUE"]"#), colors(), reader, &expected);
}

#[test]
fn named_types_have_one_name() {
    let fixed = |name: &str| with(required("a", DataType::FixedSizeBinary(2)), &[(meta::NAME, name)]);
    check_refused(
        vec![fixed("com.acme.Hash")],
        vec![fixed("com.acme.Salt")],
        "field a is of the type com.acme.Hash in the writer's schema, and com.acme.Salt in the reader's",
    );
    let read = Resolution::new(&schema(vec![fixed("com.acme.Hash")]), &schema(vec![fixed("Hash")]));
    assert!(read.is_ok());
    check_refused(
        vec![symbols(r#"["RED"]"#)],
        vec![with(symbols(r#"["RED"]"#), &[(meta::NAME, "com.acme.Colour")])],
        "field a is of the type com.acme.Color in the writer's schema, and com.acme.Colour in the reader's",
    );
}
