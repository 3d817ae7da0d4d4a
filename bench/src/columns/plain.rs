//! The usual way in Rust: what the crates do by default.

use crate::events::{AvroEvent, MAX_RECORDS};
use anyhow::{Context as _, ensure};
use arrow_array::RecordBatch;
use arrow_avro::{
    reader::{Decoder, ReaderBuilder},
    schema::{AvroSchema, Fingerprint, FingerprintAlgorithm, SchemaStore},
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, GzipLevel},
    file::properties::WriterProperties,
};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;

/// A handler of our events that leaves all else to `arrow-avro` and to parquet's `ArrowWriter`, gzip 6.
pub(super) struct Plain {
    /// Takes Confluent's frames; kept from invocation to invocation.
    decoder: Decoder,
    properties: WriterProperties,
}

impl Plain {
    pub(super) fn new(event: &AvroEvent) -> anyhow::Result<Self> {
        let mut schemas = SchemaStore::new_with_type(FingerprintAlgorithm::Id);
        schemas.set(Fingerprint::Id(event.schema_id), AvroSchema::new(event.schema.to_owned()))?;
        let decoder = ReaderBuilder::new()
            .with_batch_size(MAX_RECORDS)
            .with_writer_schema_store(schemas)
            .build_decoder()?;
        let gzip = Compression::GZIP(GzipLevel::try_new(6)?);
        Ok(Self { decoder, properties: WriterProperties::builder().set_compression(gzip).build() })
    }

    /// The objects of an event, by topic, partition and hour: all of it has one schema.
    pub(super) fn handle(&mut self, event: &[u8]) -> anyhow::Result<Vec<Vec<u8>>> {
        let batch = record::event::parse(event)?;
        let mut groups: BTreeMap<_, Vec<&[u8]>> = BTreeMap::new();
        for record in batch.records() {
            let hour = record.timestamp_ms().map(|timestamp_ms| timestamp_ms.div_euclid(HOUR_MS));
            let value = record.value().context("a tombstone")?;
            groups.entry((record.topic(), record.partition(), hour)).or_default().push(value);
        }
        groups.into_values().map(|values| self.object(&values)).collect()
    }

    /// Values as rows; what parquet-sink's decoder adds to it is its checks and the meaning of Debezium's types.
    pub(super) fn rows(&mut self, values: &[&[u8]]) -> anyhow::Result<RecordBatch> {
        for value in values {
            ensure!(self.decoder.decode(value)? == value.len(), "bytes follow the value");
        }
        self.decoder.flush()?.context("no rows")
    }

    fn object(&mut self, values: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
        let rows = self.rows(values)?;
        let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), Some(self.properties.clone()))?;
        writer.write(&rows)?;
        Ok(writer.into_inner()?)
    }
}
