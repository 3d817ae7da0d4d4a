//! What stands in a cell of a column, as text.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType,
};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Writes a cell of the types that orders have; of others, their names.
pub(crate) fn text(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int32 => value::<Int32Type>(column, row).to_string(),
        DataType::Int64 => value::<Int64Type>(column, row).to_string(),
        DataType::Float64 => value::<Float64Type>(column, row).to_string(),
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Binary => String::from_utf8_lossy(column.as_binary::<i32>().value(row)).into_owned(),
        DataType::Decimal128(_, _) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Date32 => date(value::<Date32Type>(column, row)),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            time(Timestamp::from_millisecond(value::<TimestampMillisecondType>(column, row)), zone.is_some())
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            time(Timestamp::from_microsecond(value::<TimestampMicrosecondType>(column, row)), zone.is_some())
        }
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            let texts: Vec<_> = (0..items.len()).map(|item| text(&items, item)).collect();
            format!("[{}]", texts.join(", "))
        }
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(column.as_struct().columns());
            let members: Vec<_> =
                columns.map(|(field, column)| format!("{}: {}", field.name(), text(column, row))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => format!("<{other}>"),
    }
}

/// Writes days since 1970-01-01.
pub(crate) fn date(days: i32) -> String {
    let date = Date::constant(1970, 1, 1).checked_add(days.days());
    date.map_or_else(|_| format!("day {days}"), |date| date.to_string())
}

/// Writes an instant, or what a clock showed where no zone is known.
pub(crate) fn time(time: Result<Timestamp, jiff::Error>, is_utc: bool) -> String {
    match time {
        Ok(time) if is_utc => time.to_string(),
        Ok(time) => time.to_zoned(TimeZone::UTC).datetime().to_string(),
        Err(_) => "beyond the years -9999 to 9999".to_owned(),
    }
}

fn value<T: ArrowPrimitiveType>(column: &dyn Array, row: usize) -> T::Native {
    let column: &PrimitiveArray<T> = column.as_primitive();
    column.value(row)
}
