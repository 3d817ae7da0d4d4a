//! Values with a schema to Parquet.

mod decoders;
mod lookup;
mod secret;
mod source;
mod table_log;
mod values;

use crate::chain::chain;
pub use lookup::SchemaRegistry;

use crate::format::{Decoded, Format, Patience};
use crate::settings::{ParquetSettings, Settings};
use crate::sink::InvocationError;
use arrow_schema::SchemaRef;
use backon::Sleeper;
use decoders::Decoders;
use decoding::NullValues;
use decoding::columns::{ColumnOptions, DecodeValues, Table, TableRow};
use encoding::parquet::{Compatibility, Parquet, ParquetOptions};
use encoding::{KAFKA_MEMBER, KafkaMetadata};
use record::{Batch, Rejection, RejectionKind};
use source::Source;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use table_log::TableLog;
use values::{Opening, Place, ValueGroup, Values, WriterRef};

/// Values with a schema to Parquet: what parquet-sink does.
#[derive(Debug)]
pub struct ParquetFormat {
    opening: Opening,
    source: Source,
    null_values: NullValues,
    kafka_metadata: KafkaMetadata,
    columns: ColumnOptions,
    compatibility: Compatibility,
    /// For the life of the environment: a schema never changes.
    decoders: Mutex<Decoders>,
    encoder: Parquet,
    table_log: Option<TableLog>,
}

impl Format for ParquetFormat {
    type Settings = ParquetSettings;
    type Row<'b> = TableRow<'b>;
    type Encoder = Parquet;

    fn new(settings: &Settings<ParquetSettings>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let format = &settings.format;
        Ok(Self {
            opening: Opening::of(&format.converter),
            source: Source::new(settings)?,
            null_values: settings.null_values,
            kafka_metadata: settings.kafka_metadata,
            columns: format.columns,
            compatibility: format.compatibility,
            decoders: Mutex::new(Decoders::new(
                format.columns,
                format.converter.format(),
                format.converter.registry(),
                settings.unwrap,
            )),
            encoder: Parquet::new(ParquetOptions {
                codec: format.codec,
                statistics: format.statistics,
                page_index: format.page_index,
                bloom_filters: format.bloom_filters.clone(),
                dictionary: format.dictionary,
                enums: format.enums,
                kafka_metadata: settings.kafka_metadata,
                compatibility: format.compatibility,
            }),
            table_log: TableLog::new(settings),
        })
    }

    async fn decode<'b, Z>(
        &self,
        batch: &'b Batch,
        patience: &Patience<Z>,
    ) -> Result<Decoded<'b, TableRow<'b>>, InvocationError>
    where
        Z: Sleeper<Sleep: Send> + Clone + Send + Sync,
    {
        let values = self.opening.open(batch);
        let known = self.source.schemas(&values, patience).await?;
        let mut decoders = self.decoders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = Rows::new(batch.len());
        let Values { groups, tombstones, rejected } = values;
        for (place, kind, message) in rejected {
            rows.reject(place, kind, message);
        }
        for (index, group) in groups.into_iter().enumerate() {
            // Rows of several schemas share an object where they can be resolved to one.
            let schema_number = match self.compatibility {
                Compatibility::None => index as u32 + 1,
                _ => 0,
            };
            let only = || self.source.only(self.columns);
            match decoders.of(&group.writer, &known, only, |columns| self.check(columns)) {
                Ok((decoder, is_new)) => {
                    if let (true, Some(log)) = (is_new, &self.table_log) {
                        let schema = decoder.schema();
                        log.tell(group.values[0].0.record, &schema.writer.id, &schema.columns);
                    }
                    decode_group(decoder, group, schema_number, &mut rows);
                }
                Err((kind, message)) => rows.reject_all(group, kind, &message),
            }
        }
        for place in tombstones {
            match self.null_values {
                NullValues::Write => rows.rows[place.index] = Some(TableRow::tombstone(place.record, 0)),
                NullValues::Ignore => rows.ignored += 1,
                NullValues::Fail => rows.reject(
                    place,
                    RejectionKind::Tombstone,
                    "value is null, and behavior.on.null.values is fail".to_owned(),
                ),
            }
        }
        Ok(rows.finish())
    }

    fn encoder(&self) -> &Parquet {
        &self.encoder
    }
}

impl ParquetFormat {
    /// Tells columns that no object can have, before rows with them are placed.
    fn check(&self, columns: &SchemaRef) -> Result<(), (RejectionKind, String)> {
        if self.kafka_metadata == KafkaMetadata::Columns && columns.index_of(KAFKA_MEMBER).is_ok() {
            let message = format!("it has a field {KAFKA_MEMBER}, which store.kafka.metadata=columns takes");
            return Err((RejectionKind::NameTaken, message));
        }
        self.encoder
            .check(columns)
            .map_err(|error| (RejectionKind::UnusableSchema, chain(&error).to_string()))
    }
}

fn decode_group<'b>(
    decoder: &mut dyn DecodeValues,
    group: ValueGroup<'b>,
    schema_number: u32,
    rows: &mut Rows<'b>,
) {
    let payloads: Vec<&[u8]> = group.values.iter().map(|(_, payload)| &**payload).collect();
    let decoded = decoder.decode(&payloads);
    let table = Arc::new(Table { schema: Arc::clone(decoder.schema()), rows: decoded.rows });
    for ((place, _), row) in group.values.iter().zip(decoded.of_payloads) {
        match row {
            Ok(row) => {
                let row = TableRow::new(place.record, Arc::clone(&table), row, schema_number);
                rows.rows[place.index] = Some(row);
            }
            Err(message) => rows.reject(*place, RejectionKind::InvalidValue, message),
        }
    }
}

/// What becomes of the records of a batch, by their index in it.
struct Rows<'b> {
    rows: Vec<Option<TableRow<'b>>>,
    rejections: Vec<(usize, Rejection<'b>)>,
    ignored: usize,
}

impl<'b> Rows<'b> {
    fn new(records: usize) -> Self {
        let mut rows = Vec::new();
        rows.resize_with(records, || None);
        Self { rows, rejections: Vec::new(), ignored: 0 }
    }

    fn reject(&mut self, Place { index, record }: Place<'b>, kind: RejectionKind, message: String) {
        self.rejections.push((index, Rejection { record, kind, message }));
    }

    fn reject_all(&mut self, group: ValueGroup<'b>, kind: RejectionKind, message: &str) {
        let message = match &group.writer {
            WriterRef::Registered(id, _) => format!("schema {id}: {message}"),
            WriterRef::Enveloped(_) | WriterRef::Only => message.to_owned(),
        };
        for (place, _) in group.values {
            self.reject(place, kind, message.clone());
        }
    }

    fn finish(mut self) -> Decoded<'b, TableRow<'b>> {
        self.rejections.sort_by_key(|(index, _)| *index);
        let rows: Vec<_> = self.rows.into_iter().flatten().collect();
        let rejections: Vec<_> = self.rejections.into_iter().map(|(_, rejection)| rejection).collect();
        Decoded { rows, rejections, ignored: self.ignored }
    }
}
