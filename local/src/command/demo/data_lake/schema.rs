//! The two versions of the schema of orders, and how a change is written with them.

use super::orders::{Change, Item, Status};
use apache_avro::types::Value;
use apache_avro::{Decimal, Schema, to_avro_datum};
use bytes::Bytes;
use local::registry::{self, EmbeddedRegistry, SchemaType};

/// The subject that serializers name after the topic.
pub(crate) const SUBJECT: &str = "s3.sink-value";

/// The texts, the older first. The second has a status, a field that may be null and one with a default more.
pub(crate) const TEXTS: [&str; 2] = [include_str!("orders.1.avsc"), include_str!("orders.2.avsc")];

/// What readers find in `channel` where the first version wrote: the second version's default.
pub(crate) const DEFAULT_CHANNEL: &str = "web";

/// Which version a change is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    First,
    Second,
}

/// Writes changes as Confluent's serializer does.
pub(crate) struct Writer {
    version: Version,
    schema: Schema,
    /// What stands before each value: a zero and the schema's id.
    head: [u8; 5],
}

impl Version {
    /// The version of the `index`th of `total` records: the new one comes slowly, as a rolling deployment does.
    pub(crate) fn of(change: &Change, index: usize, total: usize) -> Self {
        // None before 40 % of the records and all after 60 %; what is in between is spread: 7 and 10 have no
        // common divisor.
        let tenths = (index * 50 / total).saturating_sub(20);
        let is_updated = index * 7 % 10 < tenths;
        // The first version has no word for it.
        let is_returned = change.order.status == Status::Returned;
        if is_updated || is_returned { Self::Second } else { Self::First }
    }
}

impl Writer {
    /// Registers a version of the schema.
    pub(crate) fn register(version: Version, registry: &EmbeddedRegistry) -> anyhow::Result<Self> {
        let text = TEXTS[version as usize];
        let id = registry.register(SUBJECT, registry::Schema::new(SchemaType::Avro, text))?;
        let mut head = [0; 5];
        head[1..].copy_from_slice(&id.to_be_bytes());
        Ok(Self { version, schema: Schema::parse_str(text)?, head })
    }

    pub(crate) fn write(&self, change: &Change) -> anyhow::Result<Bytes> {
        let datum = to_avro_datum(&self.schema, self.value(change))?;
        Ok([self.head.as_slice(), &datum].concat().into())
    }

    fn value(&self, change: &Change) -> Value {
        let Change { op, order, timestamp_ms } = change;
        let ship_on = order.ship_on_day.map(Value::Int);
        let mut fields = vec![
            ("order_id", Value::Long(order.id)),
            ("customer", Value::String(order.customer.clone())),
            ("status", Value::Enum(order.status as u32, order.status.as_str().to_owned())),
            ("total", decimal(order.total_cents())),
            ("items", Value::Array(order.items.iter().map(item).collect())),
            ("placed_at", Value::TimestampMillis(order.placed_at_ms)),
            ("updated_at", Value::Long(order.updated_at_us)),
            ("ship_on", optional(ship_on)),
        ];
        if self.version == Version::Second {
            let coupon = order.coupon.map(|coupon| Value::String(coupon.to_owned()));
            fields.push(("coupon", optional(coupon)));
            fields.push(("channel", Value::String(order.channel.to_owned())));
        }
        fields.extend([
            ("__op", Value::String(op.as_str().to_owned())),
            ("__ts_ms", Value::Long(*timestamp_ms)),
            ("__deleted", Value::String(op.deleted().to_owned())),
        ]);
        record(fields)
    }
}

fn item(item: &Item) -> Value {
    record(vec![
        ("sku", Value::String(item.sku.clone())),
        ("quantity", Value::Int(item.quantity)),
        ("price", decimal(item.price_cents)),
    ])
}

fn record(fields: Vec<(&str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The branch of `["null", T]`.
fn optional(value: Option<Value>) -> Value {
    match value {
        None => Value::Union(0, Box::new(Value::Null)),
        Some(value) => Value::Union(1, Box::new(value)),
    }
}

fn decimal(cents: i64) -> Value {
    Value::Decimal(Decimal::from(cents.to_be_bytes()))
}
