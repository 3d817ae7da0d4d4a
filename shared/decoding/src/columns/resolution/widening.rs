//! Types whose values are values of another one too: Avro's promotions, and decimals of more digits.
//!
//! Arrow's own cast does these among some thousand others, which together are a tenth of a function's binary.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array as _, ArrayRef, BinaryArray, Decimal128Array, Decimal256Array};
use arrow_buffer::i256;
use arrow_schema::DataType;
use std::sync::Arc;

/// Whether each value of one type is, or is rounded to, a value of the other.
///
/// Bytes are not read as a string, unlike [in Avro](https://avro.apache.org/docs/1.12.0/specification/#schema-resolution):
/// they need not be UTF-8.
pub(super) fn is_widened(writer: &DataType, reader: &DataType) -> bool {
    use DataType::{Binary, Float32, Float64, Int32, Int64, Utf8};
    match (writer, reader) {
        (Int32, Int64 | Float32 | Float64) | (Int64, Float32 | Float64) | (Float32, Float64) => true,
        (Utf8, Binary) => true,
        _ => match (decimal(writer), decimal(reader)) {
            (Some((digits, scale)), Some((more_digits, same_scale))) => {
                scale == same_scale && digits <= more_digits
            }
            _ => false,
        },
    }
}

/// A column in another type, where [`is_widened`] says that it can be.
pub(super) fn widen(column: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    use DataType::{Binary, Decimal128, Decimal256, Float32, Float64, Int32, Int64, Utf8};
    let widened: ArrayRef = match (column.data_type(), to) {
        (Int32, Int64) => Arc::new(column.as_primitive::<Int32Type>().unary::<_, Int64Type>(i64::from)),
        // Rounded, as Avro has it.
        (Int32, Float32) => {
            Arc::new(column.as_primitive::<Int32Type>().unary::<_, Float32Type>(|it| it as f32))
        }
        (Int32, Float64) => Arc::new(column.as_primitive::<Int32Type>().unary::<_, Float64Type>(f64::from)),
        (Int64, Float32) => {
            Arc::new(column.as_primitive::<Int64Type>().unary::<_, Float32Type>(|it| it as f32))
        }
        (Int64, Float64) => {
            Arc::new(column.as_primitive::<Int64Type>().unary::<_, Float64Type>(|it| it as f64))
        }
        (Float32, Float64) => {
            Arc::new(column.as_primitive::<Float32Type>().unary::<_, Float64Type>(f64::from))
        }
        (Utf8, Binary) => Arc::new(BinaryArray::from(column.as_string::<i32>().clone())),
        (Decimal128(..), &Decimal128(precision, scale)) => {
            let column: Decimal128Array = column.as_primitive::<Decimal128Type>().clone();
            Arc::new(column.with_precision_and_scale(precision, scale).ok()?)
        }
        (Decimal128(..), &Decimal256(precision, scale)) => {
            let column: Decimal256Array = column.as_primitive::<Decimal128Type>().unary(i256::from_i128);
            Arc::new(column.with_precision_and_scale(precision, scale).ok()?)
        }
        (Decimal256(..), &Decimal256(precision, scale)) => {
            let column: Decimal256Array = column.as_primitive::<Decimal256Type>().clone();
            Arc::new(column.with_precision_and_scale(precision, scale).ok()?)
        }
        _ => return None,
    };
    Some(widened)
}

fn decimal(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            Some((*precision, *scale))
        }
        _ => None,
    }
}
