//! Values of every type come back.

use crate::support::{encode, read, table, texts, writer};
use arrow_array::types::{Decimal128Type, Decimal256Type};
use arrow_array::{
    Array as _, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Decimal256Array,
    FixedSizeBinaryArray, Float32Array, Float64Array, Int32Array, Int64Array, NullArray, PrimitiveArray,
    StringArray, Time32MillisecondArray, Time64MicrosecondArray, Time64NanosecondArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use arrow_buffer::i256;
use arrow_schema::Field;
use bytes::Bytes;
use decoding::columns::meta;
use encoding::parquet::{Dictionary, ParquetOptions};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::FixedLenByteArrayType;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use std::sync::Arc;

/// Writes a column, with and without dictionaries, and reads what was written.
#[track_caller]
fn check(column: impl Into<ArrayRef>) {
    let column = column.into();
    let is_nullable = column.logical_null_count() > 0;
    let field = Field::new("a", column.data_type().clone(), is_nullable);
    let table = table(writer("1"), vec![(field, ArrayRef::clone(&column))]);
    for dictionary in [Dictionary::Always, Dictionary::Never] {
        let object = encode(ParquetOptions { dictionary, ..ParquetOptions::default() }, &table).unwrap();
        let found = &read(&object)[0];
        assert_eq!(found.data_type(), column.data_type());
        assert_eq!(texts(found), texts(&column));
    }
}

fn column<T: arrow_array::Array + 'static>(column: T) -> ArrayRef {
    Arc::new(column)
}

#[test]
fn plain_values_come_back() {
    check(column(BooleanArray::from(vec![Some(true), None, Some(false)])));
    check(column(Int32Array::from(vec![i32::MIN, -1, 0, i32::MAX])));
    check(column(Int64Array::from(vec![Some(i64::MIN), None, Some(i64::MAX)])));
    check(column(StringArray::from(vec![Some(""), None, Some("\u{0}é😀"), Some("null")])));
    check(column(BinaryArray::from_opt_vec(vec![Some(b""), None, Some(b"\x00\xff")])));
    check(column(FixedSizeBinaryArray::try_from_iter([[0_u8, 1], [255, 254]].into_iter()).unwrap()));
}

#[test]
fn floats_come_back_with_all_that_is_no_number() {
    let floats = [0.0, -0.0, 1.5, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    check(column(Float64Array::from(floats.to_vec())));
    check(column(Float32Array::from(floats.map(|it| it as f32).to_vec())));
    check(column(Float64Array::from(vec![Some(f64::NAN), None])));
}

#[test]
fn what_is_always_null_comes_back() {
    check(column(NullArray::new(3)));
}

#[test]
fn times_come_back_from_before_1970_and_far_after() {
    let times = [i64::MIN, -62_135_596_800_000_000, -1, 0, 1, 253_402_300_799_999_999, i64::MAX];
    check(column(Date32Array::from(vec![-719_162, -1, 0, 20_403, 2_932_896])));
    check(column(Time32MillisecondArray::from(vec![0, 86_399_999])));
    check(column(Time64MicrosecondArray::from(vec![0, 86_399_999_999])));
    check(column(Time64NanosecondArray::from(vec![0, 86_399_999_999_999])));
    for zone in [None, Some(Arc::from("UTC"))] {
        let zone = || zone.clone();
        check(column(TimestampMillisecondArray::from(times.to_vec()).with_timezone_opt(zone())));
        check(column(TimestampMicrosecondArray::from(times.to_vec()).with_timezone_opt(zone())));
        check(column(TimestampNanosecondArray::from(times.to_vec()).with_timezone_opt(zone())));
    }
}

#[test]
fn decimals_of_every_precision_come_back_exactly() {
    for precision in 1..=38 {
        let most = 10_i128.pow(precision.into()) - 1;
        let numbers: Decimal128Array =
            PrimitiveArray::<Decimal128Type>::from(vec![Some(-most), None, Some(0), Some(most)]);
        check(column(numbers.with_precision_and_scale(precision, (precision / 2) as i8).unwrap()));
    }
    let mut most = i256::from_i128(10_i128.pow(38));
    for precision in 39..=76 {
        most = most.wrapping_mul(i256::from_i128(10));
        let nines = most.wrapping_sub(i256::ONE);
        let numbers: Decimal256Array =
            PrimitiveArray::<Decimal256Type>::from(vec![nines.wrapping_neg(), i256::MINUS_ONE, nines]);
        check(column(numbers.with_precision_and_scale(precision, 3).unwrap()));
    }
}

#[test]
fn the_bytes_of_uuids_and_intervals_come_back() {
    let check = |logical: &str, bytes: &[u8]| {
        let column = FixedSizeBinaryArray::try_from_iter([bytes].into_iter()).unwrap();
        let field = Field::new("a", column.data_type().clone(), false);
        let field = field.with_metadata([(meta::LOGICAL.to_owned(), logical.to_owned())]);
        let table = table(writer("1"), vec![(field, Arc::new(column))]);
        let object = encode(ParquetOptions::default(), &table).unwrap();
        let reader = SerializedFileReader::new(Bytes::from(object)).unwrap();
        let column = reader.get_row_group(0).unwrap().get_column_reader(0).unwrap();
        let mut found = Vec::new();
        get_typed_column_reader::<FixedLenByteArrayType>(column)
            .read_records(1, None, None, &mut found)
            .unwrap();
        assert_eq!(found[0].data(), bytes);
    };
    check(meta::LOGICAL_UUID, b"0123456789abcdef");
    check(meta::LOGICAL_INTERVAL, &[1, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255, 255]);
}
