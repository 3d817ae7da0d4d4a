//! Rows as text: what a change must be in an object, and what an object's readers find.

use super::cell;
use super::orders::{Change, Item};
use super::schema::{DEFAULT_CHANNEL, Version};
use anyhow::{Context as _, bail};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{ArrayRef, RecordBatch, StructArray};
use bytes::Bytes;
use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// The column with Kafka's own.
pub(crate) const KAFKA: &str = "_kafka";

/// The columns of both versions, in the order of the text.
const COLUMNS: [&str; 13] = [
    "order_id",
    "customer",
    "status",
    "total",
    "items",
    "placed_at",
    "updated_at",
    "ship_on",
    "coupon",
    "channel",
    "__op",
    "__ts_ms",
    "__deleted",
];

/// The columns of a tombstone: all are null.
pub(crate) const TOMBSTONE: &str = "{}";

/// Where a row comes from.
pub(crate) struct Place<'r> {
    pub(crate) topic: &'r str,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) timestamp_ms: i64,
    pub(crate) key: &'r str,
}

/// A row with its place.
pub(crate) fn row(place: &Place<'_>, columns: &str) -> Bytes {
    let Place { topic, partition, offset, timestamp_ms, key } = place;
    let time = cell::time(Timestamp::from_millisecond(*timestamp_ms), true);
    format!("{topic}-{partition}@{offset} {time} {key} = {columns}").into()
}

/// The columns of a change that is written with a version of the schema.
pub(crate) fn columns(change: &Change, version: Version) -> String {
    let Change { op, order, timestamp_ms } = change;
    let (coupon, channel) = match version {
        Version::First => (None, DEFAULT_CHANNEL),
        Version::Second => (order.coupon, order.channel),
    };
    let item = |Item { sku, quantity, price_cents }: &Item| {
        format!("{{sku: {sku}, quantity: {quantity}, price: {}}}", euros(*price_cents))
    };
    let items: Vec<_> = order.items.iter().map(item).collect();
    let texts = [
        Some(order.id.to_string()),
        Some(order.customer.clone()),
        Some(order.status.as_str().to_owned()),
        Some(euros(order.total_cents())),
        Some(format!("[{}]", items.join(", "))),
        Some(cell::time(Timestamp::from_millisecond(order.placed_at_ms), true)),
        Some(cell::time(Timestamp::from_microsecond(order.updated_at_us), false)),
        order.ship_on_day.map(cell::date),
        coupon.map(str::to_owned),
        Some(channel.to_owned()),
        Some(op.as_str().to_owned()),
        Some(timestamp_ms.to_string()),
        Some(op.deleted().to_owned()),
    ];
    join(texts)
}

/// Reads all rows of an object.
pub(crate) fn read(object: &Bytes) -> anyhow::Result<Vec<Bytes>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(object.clone())?.build()?;
    let mut rows = Vec::new();
    for batch in reader {
        read_batch(&batch?, &mut rows)?;
    }
    Ok(rows)
}

fn read_batch(batch: &RecordBatch, rows: &mut Vec<Bytes>) -> anyhow::Result<()> {
    let schema = batch.schema();
    let strange = schema.fields().iter().find(|field| !is_known(field.name()));
    if let Some(field) = strange {
        bail!("nobody asked for the column {}", field.name());
    }
    let kafka = batch.column_by_name(KAFKA).and_then(|column| column.as_struct_opt());
    let kafka = kafka.with_context(|| format!("the column {KAFKA} is missing"))?;
    let columns = COLUMNS.map(|name| batch.column_by_name(name));
    for row_index in 0..batch.num_rows() {
        let text = |column: Option<&ArrayRef>| {
            column.filter(|column| !column.is_null(row_index)).map(|column| cell::text(column, row_index))
        };
        let mut texts = columns.map(text);
        let is_tombstone = texts.iter().all(Option::is_none);
        if !is_tombstone && batch.column_by_name("channel").is_none() {
            // All rows of this object are of the first version.
            texts[9] = Some(DEFAULT_CHANNEL.to_owned());
        }
        rows.push(row(&place(kafka, row_index)?, &join(texts)));
    }
    Ok(())
}

fn is_known(name: &str) -> bool {
    name == KAFKA || COLUMNS.contains(&name)
}

fn place(kafka: &StructArray, row: usize) -> anyhow::Result<Place<'_>> {
    let column = |name: &str| {
        kafka.column_by_name(name).with_context(|| format!("the column {KAFKA}.{name} is missing"))
    };
    let wrong = |name: &str| format!("the column {KAFKA}.{name} has an unexpected type");
    let topic = column("topic")?.as_string_opt::<i32>().with_context(|| wrong("topic"))?;
    let partition =
        column("partition")?.as_primitive_opt::<Int32Type>().with_context(|| wrong("partition"))?;
    let offset = column("offset")?.as_primitive_opt::<Int64Type>().with_context(|| wrong("offset"))?;
    let timestamp = column("timestamp")?
        .as_primitive_opt::<TimestampMillisecondType>()
        .with_context(|| wrong("timestamp"))?;
    let key = column("key")?.as_binary_opt::<i32>().with_context(|| wrong("key"))?;
    Ok(Place {
        topic: topic.value(row),
        partition: partition.value(row),
        offset: offset.value(row),
        timestamp_ms: timestamp.value(row),
        key: str::from_utf8(key.value(row)).with_context(|| wrong("key"))?,
    })
}

/// Names what is not null.
fn join(texts: [Option<String>; COLUMNS.len()]) -> String {
    let named = COLUMNS.iter().zip(texts).filter_map(|(name, text)| Some(format!("{name}: {}", text?)));
    format!("{{{}}}", named.collect::<Vec<_>>().join(", "))
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
