//! What parquet-sink is between its event and S3, by the hour and else with its default settings.

use crate::events::AvroEvent;
use anyhow::{anyhow, bail};
use decoding::columns::{ColumnOptions, DecodeValues as _, Table, TableRow, avro::AvroDecoder};
use encoding::{
    Encode as _,
    parquet::{Parquet, ParquetCodec, ParquetOptions},
};
use naming::Delimiter;
use partitioning::{Group, Partitioner, Partitioning, TimestampExtractor, parse_time_zone};
use record::Batch;
use schema::{Format, SchemaId, Wire, WriterSchema};
use std::sync::Arc;

/// Our handler; its registry knows one schema, and has told it.
pub(super) struct Sink {
    schema: SchemaId,
    /// Kept from invocation to invocation.
    decoder: AvroDecoder,
    partitioning: Partitioning,
    encoder: Parquet,
}

impl Sink {
    pub(super) fn new(event: &AvroEvent, codec: ParquetCodec) -> anyhow::Result<Self> {
        let schema = WriterSchema {
            id: SchemaId::Number(event.schema_id),
            format: Format::Avro,
            text: event.schema.to_owned(),
            references: Vec::new(),
            version: None,
        };
        let slash = Delimiter::directory();
        let hourly = Partitioner::hourly(parse_time_zone("UTC")?, TimestampExtractor::Record, &slash);
        Ok(Self {
            schema: schema.id,
            decoder: AvroDecoder::new(&schema, ColumnOptions::default())?,
            partitioning: Partitioning {
                partitioners: vec![hourly],
                directory_delimiter: slash,
                flush_size: None,
            },
            encoder: Parquet::new(ParquetOptions { codec, ..ParquetOptions::default() }),
        })
    }

    /// The objects of an event.
    pub(super) fn handle(&mut self, event: &[u8]) -> anyhow::Result<Vec<Vec<u8>>> {
        let batch = record::event::parse(event)?;
        let rows = self.decode(&batch)?;
        let groups = self.group(rows)?;
        self.encode(&groups)
    }

    pub(super) fn decode<'b>(&mut self, batch: &'b Batch) -> anyhow::Result<Vec<TableRow<'b>>> {
        let mut values = Vec::with_capacity(batch.len());
        for record in batch.records() {
            let framed =
                schema::unframe(record, Wire::Confluent, Format::Avro).map_err(anyhow::Error::msg)?;
            if framed.schema != self.schema {
                bail!("a value has schema {}, expected {}", framed.schema, self.schema);
            }
            values.push(framed.payload);
        }
        let payloads: Vec<&[u8]> = values.iter().map(AsRef::as_ref).collect();
        let decoded = self.decoder.decode(&payloads);
        let table = Arc::new(Table { schema: Arc::clone(self.decoder.schema()), rows: decoded.rows });
        let rows = batch.records().zip(decoded.of_payloads).map(|(record, row)| {
            let row = row.map_err(|reason| anyhow!("{record:?}: {reason}"))?;
            Ok(TableRow::new(record, Arc::clone(&table), row, 0))
        });
        rows.collect()
    }

    pub(super) fn group<'b>(&self, rows: Vec<TableRow<'b>>) -> anyhow::Result<Vec<Group<TableRow<'b>>>> {
        let grouped = partitioning::group(rows, &self.partitioning, 0);
        if let Some(rejection) = grouped.rejections.first() {
            bail!("{:?}: {}", rejection.record, rejection.message);
        }
        Ok(grouped.groups)
    }

    pub(super) fn encode(&self, groups: &[Group<TableRow<'_>>]) -> anyhow::Result<Vec<Vec<u8>>> {
        let bodies = groups.iter().map(|group| self.encoder.encode(&group.rows, 0..group.rows.len(), ""));
        Ok(bodies.collect::<Result<_, _>>()?)
    }
}
