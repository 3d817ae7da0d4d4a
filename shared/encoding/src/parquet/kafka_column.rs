//! Kafka's metadata as a column.

use crate::KAFKA_MEMBER;
use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::{
    Array as _, ArrayRef, Int32Array, Int64Array, ListArray, StringArray, StructArray,
    TimestampMillisecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Fields, TimeUnit};
use record::Record;
use std::sync::Arc;

/// The column of Kafka's metadata: `topic`, `partition`, `offset`, `timestamp`, `timestamp_type`, `key` and `headers`.
pub fn kafka_field() -> Field {
    Field::new_struct(KAFKA_MEMBER, members(), false)
}

fn members() -> Fields {
    let timestamp = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    Fields::from(vec![
        Field::new("topic", DataType::Utf8, false),
        Field::new("partition", DataType::Int32, false),
        Field::new("offset", DataType::Int64, false),
        Field::new("timestamp", timestamp, true),
        Field::new("timestamp_type", DataType::Utf8, true),
        Field::new("key", DataType::Binary, true),
        Field::new_list("headers", header(), false),
    ])
}

fn header() -> Field {
    Field::new_struct("item", header_members(), false)
}

fn header_members() -> Fields {
    Fields::from(vec![Field::new("name", DataType::Utf8, false), Field::new("value", DataType::Binary, true)])
}

/// What Kafka knows of records.
pub(super) fn kafka_column<'b>(
    records: impl ExactSizeIterator<Item = Record<'b>> + Clone,
) -> Result<ArrayRef, ArrowError> {
    let timestamps: TimestampMillisecondArray = records.clone().map(Record::event_time_ms).collect();
    let mut keys = BinaryBuilder::with_capacity(records.len(), 0);
    records.clone().for_each(|record| keys.append_option(record.key()));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(records.clone().map(Record::topic))),
        Arc::new(Int32Array::from_iter_values(records.clone().map(Record::partition))),
        Arc::new(Int64Array::from_iter_values(records.clone().map(Record::offset))),
        Arc::new(timestamps.with_timezone("UTC")),
        Arc::new(
            records
                .clone()
                .map(|record| record.timestamp_type().map(|it| it.as_str()))
                .collect::<StringArray>(),
        ),
        Arc::new(keys.finish()),
        Arc::new(headers(records.clone())?),
    ];
    Ok(Arc::new(StructArray::try_new_with_length(members(), columns, None, records.len())?))
}

fn headers<'b>(records: impl ExactSizeIterator<Item = Record<'b>> + Clone) -> Result<ListArray, ArrowError> {
    let offsets = OffsetBuffer::from_lengths(records.clone().map(|record| record.headers().len()));
    let (mut names, mut values) = (StringBuilder::new(), BinaryBuilder::new());
    for header in records.flat_map(Record::headers) {
        names.append_value(header.name);
        values.append_option(header.value);
    }
    let (names, values) = (names.finish(), values.finish());
    let length = names.len();
    let columns: Vec<ArrayRef> = vec![Arc::new(names), Arc::new(values)];
    let items = StructArray::try_new_with_length(header_members(), columns, None, length)?;
    ListArray::try_new(Arc::new(header()), offsets, Arc::new(items), None)
}
