//! The data lake: changes of a table in Avro, to Parquet.

mod cell;
mod orders;
mod rows;
mod schema;
mod table;
#[cfg(test)]
mod tests;

use super::pipeline::{Pipeline, Produced, SPAN_MS};
use bytes::Bytes;
use local::registry::EmbeddedRegistry;
use orders::{Op, Shop};
use rows::Place;
use schema::{Version, Writer};

/// When the first change happens: 2025-11-11T10:17:00Z.
const START_MS: i64 = 1_762_856_220_000;

/// Changes of a shop's orders, as Debezium hands them over when it unwraps rows and rewrites deletions; the
/// same ones every time.
pub(crate) struct DataLake {
    registry: EmbeddedRegistry,
    changes: Vec<Produced>,
    /// What the objects must hold of each change.
    columns: Vec<String>,
}

impl DataLake {
    /// Starts a schema registry and writes the changes with two versions of their schema.
    pub(crate) async fn start(changes: u32) -> anyhow::Result<Self> {
        let registry = EmbeddedRegistry::start().await?;
        let first = Writer::register(Version::First, &registry)?;
        let second = Writer::register(Version::Second, &registry)?;
        let mut lake = Self { registry, changes: Vec::new(), columns: Vec::new() };
        let mut shop = Shop::new();
        let total = changes as usize;
        while lake.changes.len() < total {
            let index = lake.changes.len();
            let timestamp_ms = START_MS + (SPAN_MS * index as u64 / total as u64) as i64;
            let change = shop.change(timestamp_ms);
            let version = Version::of(&change, index, total);
            let writer = if version == Version::First { &first } else { &second };
            let key = change.order.id.to_string();
            // An order's changes stay in order: the same order, the same partition.
            let partition = (change.order.id % i64::from(Self::PARTITIONS)) as i32;
            let record = Produced { partition, timestamp_ms, key, value: Some(writer.write(&change)?) };
            let tombstone = (change.op == Op::Delete).then(|| Produced { value: None, ..record.clone() });
            lake.changes.push(record);
            lake.columns.push(rows::columns(&change, version));
            // Debezium lets a tombstone follow a deletion; the last one has no room.
            if let Some(tombstone) = tombstone.filter(|_| lake.changes.len() < total) {
                lake.changes.push(tombstone);
                lake.columns.push(rows::TOMBSTONE.to_owned());
            }
        }
        Ok(lake)
    }
}

impl Pipeline for DataLake {
    const TOPIC: &'static str = "s3.sink";
    const PARTITIONS: i32 = 6;
    const BUCKET: &'static str = "data-lake";
    const RECORDS: &'static str = "changes of orders";

    fn records(&self) -> &[Produced] {
        &self.changes
    }

    fn sample(&self) -> String {
        let (record, columns) = (self.changes.first(), self.columns.first());
        record.zip(columns).map_or_else(String::new, |(record, columns)| {
            let bytes = record.value.as_ref().map_or(0, Bytes::len);
            format!("{} = {bytes} bytes of Avro: {columns}", record.key)
        })
    }

    fn registry(&self) -> Option<String> {
        let versions = schema::TEXTS.len();
        Some(format!("{}, {versions} versions of {}", self.registry.url(), schema::SUBJECT))
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let settings = [
            ("PARTITIONER_CLASS", "HourlyPartitioner"),
            ("OBJECT_KEY_TEMPLATE", "{path}/{topic}+{partition}+{offset}.parquet"),
            ("VALUE_CONVERTER", "avro"),
            ("PARQUET_CODEC", "gzip"),
            // One object for both versions of the schema.
            ("SCHEMA_COMPATIBILITY", "BACKWARD"),
            // Where a row comes from stands beside it: so each can be found again.
            ("STORE_KAFKA_METADATA", "columns"),
            // A tombstone is a record: it shall be found again too.
            ("BEHAVIOR_ON_NULL_VALUES", "write"),
        ];
        let settings = settings.map(|(name, value)| (name, value.to_owned()));
        settings.into_iter().chain([("SCHEMA_REGISTRY_URL", self.registry.url())]).collect()
    }

    fn row(&self, index: usize, offset: i64) -> Bytes {
        let Produced { partition, timestamp_ms, ref key, .. } = self.changes[index];
        let place = Place { topic: Self::TOPIC, partition, offset, timestamp_ms, key };
        rows::row(&place, &self.columns[index])
    }

    fn rows(&self, object: &Bytes) -> anyhow::Result<Vec<Bytes>> {
        rows::read(object)
    }

    fn is_telling(&self, object: &Bytes) -> bool {
        // Both versions of the schema stand in it.
        table::metadata(object).is_ok_and(|metadata| {
            metadata.iter().any(|(key, value)| key == "landfall.schema.id" && value.contains(','))
        })
    }

    fn show(&self, object: &Bytes) -> anyhow::Result<Vec<String>> {
        table::show(object)
    }
}
