//! A sink of Parquet, with a registry, over a store in memory.

use crate::batch::{self, batch_from};
use crate::settings::vars_of;
use apache_avro::types::Value;
use arrow_array::RecordBatch;
use bytes::Bytes;
use delivery::Object;
use delivery::memory::MemoryStore;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pipeline::settings::Settings;
use pipeline::{Format as _, InvocationError, ParquetFormat, Report, Sink, Time};
use record::event::NewRecord;
use record::{Batch, Source};
use schema::{StubRegistry, StubSchema};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A sink of Parquet, with a registry, over a store in memory.
pub(crate) struct Lake {
    runtime: Runtime,
    /// It answers as long as it is there.
    pub(crate) registry: StubRegistry,
    sink: Sink<MemoryStore, ParquetFormat>,
}

/// The rows of an object, as JSON values.
pub(crate) type Rows = Vec<serde_json::Value>;

impl Lake {
    /// A sink with these variables, and a registry with these Avro schemas: the first has the id 1.
    #[track_caller]
    pub(crate) fn new(vars: &[(&str, &str)], schemas: &[&str]) -> Self {
        let schemas: Vec<StubSchema> =
            (1..).zip(schemas).map(|(id, text)| StubSchema::avro(id, "orders-value", text)).collect();
        Self::with_schemas(vars, &schemas)
    }

    #[track_caller]
    pub(crate) fn with_schemas(vars: &[(&str, &str)], schemas: &[StubSchema]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let registry = runtime.block_on(StubRegistry::start(schemas)).expect("a registry");
        let mut all: Vec<(&str, &str)> = vars.to_vec();
        if !vars.iter().any(|(name, _)| *name == "VALUE_CONVERTER" || *name == "SCHEMA_REGISTRY_URL") {
            all.push(("SCHEMA_REGISTRY_URL", &registry.url));
        }
        let lookup = vars_of(&all);
        let settings = Settings::from_vars(lookup).unwrap_or_else(|error| panic!("{error}"));
        let format = ParquetFormat::new(&settings).expect("it can be set up");
        let sink = Sink::new(settings, format, MemoryStore::default());
        Self { runtime, registry, sink }
    }

    pub(crate) fn try_deliver(&self, records: &[NewRecord<'_>]) -> Result<Report, InvocationError> {
        self.deliver_batch(&batch_from(Source::SelfManaged, records))
    }

    pub(crate) fn deliver_batch(&self, batch: &Batch) -> Result<Report, InvocationError> {
        let time = Time { now_ms: 1_705_314_600_000, left: Duration::from_secs(60) };
        self.runtime.block_on(self.sink.deliver(batch, time, |_| std::future::ready(())))
    }

    #[track_caller]
    pub(crate) fn deliver(&self, records: &[NewRecord<'_>]) -> Report {
        self.try_deliver(records).unwrap_or_else(|error| panic!("{}", pipeline::chain(&error)))
    }

    pub(crate) fn objects(&self) -> BTreeMap<String, Object> {
        self.sink.store().objects()
    }

    /// The objects of data with their rows.
    #[track_caller]
    pub(crate) fn rows(&self) -> BTreeMap<String, Rows> {
        let objects = self.objects().into_iter().filter(|(key, _)| key.ends_with(".parquet"));
        objects.map(|(key, object)| (key, rows_of(object.body))).collect()
    }

    /// Offset, kind and message of what is in quarantine.
    pub(crate) fn quarantine(&self) -> Vec<(i64, String, String)> {
        let objects = self.objects().into_iter().filter(|(key, _)| key.starts_with("quarantine/"));
        let lines = objects.flat_map(|(_, object)| {
            let text = String::from_utf8(object.body.to_vec()).expect("lines of text");
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        });
        lines
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
                let text = |name: &str| line[name].as_str().expect("text").to_owned();
                (line["offset"].as_i64().expect("an offset"), text("errorKind"), text("errorMessage"))
            })
            .collect()
    }
}

/// The rows of a Parquet file, by a reader that is not ours.
#[track_caller]
pub(crate) fn rows_of(body: Bytes) -> Rows {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(body).expect("a Parquet file").build().expect("rows");
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().expect("rows");
    let mut writer = arrow_json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow_json::writer::JsonArray>(Vec::new());
    for batch in &batches {
        writer.write(batch).expect("rows as JSON");
    }
    writer.finish().expect("rows as JSON");
    let text = writer.into_inner();
    if text.is_empty() { Vec::new() } else { serde_json::from_slice(&text).expect("an array") }
}

/// A value in Confluent's frame, in Avro.
pub(crate) fn framed(id: u32, schema: &str, value: Value) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(id.to_be_bytes());
    bytes.extend(avro(schema, value));
    bytes
}

/// An Avro datum.
fn avro(schema: &str, value: Value) -> Vec<u8> {
    let schema = apache_avro::Schema::parse_str(schema).expect("a schema");
    apache_avro::to_avro_datum(&schema, value).expect("a value of the schema")
}

/// A record of topic `orders`, partition 3, at 2025-11-11T10:15:00Z.
pub(crate) fn record(offset: i64, value: Option<&[u8]>) -> NewRecord<'_> {
    NewRecord {
        topic: "orders",
        partition: 3,
        timestamp_ms: 1_762_856_100_000,
        value,
        ..batch::record(offset)
    }
}
