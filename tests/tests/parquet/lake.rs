//! What the tests have in common.

use end_to_end::apicurio::Apicurio;
use end_to_end::embedded::Embedded;
use end_to_end::peers::{ParquetFile, Peers};
use end_to_end::s3::{S3, StoredObject};
use end_to_end::sink::{Program, Sink};
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

/// The bucket of every test.
pub(crate) const BUCKET: &str = "data-lake";

/// The topic of most tests.
pub(crate) const TOPIC: &str = "s3.sink";

/// 2025-11-11T10:15:30Z, the timestamp of each record.
pub(crate) const TIMESTAMP_MS: i64 = 1_762_856_130_000;

/// The answer to a batch that was delivered.
pub(crate) const DELIVERED: &str = r#"{"batchItemFailures":[]}"#;

/// The registry of all tests: each registers schemas of its own.
pub(crate) static APICURIO: LazyLock<Apicurio> = LazyLock::new(Apicurio::start);

/// The serializers and readers of all tests.
pub(crate) static PEERS: LazyLock<Peers> = LazyLock::new(Peers::start);

/// A function, and the bucket that it writes to.
pub(crate) struct Lake {
    embedded: Embedded,
    /// The function.
    pub(crate) sink: Sink,
}

impl Lake {
    /// Starts the function with these settings, and with the registry of all tests where they name none and their
    /// converter needs one.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut all: BTreeMap<&str, &str> = settings.iter().copied().collect();
        let registry = APICURIO.url();
        if !matches!(all.get("VALUE_CONVERTER"), Some(&("json" | "bytes" | "string"))) {
            all.entry("SCHEMA_REGISTRY_URL").or_insert(&registry);
        }
        let all: Vec<(&str, &str)> = all.into_iter().collect();
        let embedded = Embedded::start().await;
        let sink = Program::ParquetSink
            .start(&embedded.bucket(BUCKET), BUCKET, &all)
            .await
            .expect("the function starts");
        Self { embedded, sink }
    }

    /// Hands over an event, which is delivered.
    pub(crate) async fn deliver(&self, event: Vec<u8>) {
        let answer = self.sink.invoke(event).await.expect("the batch is delivered");
        assert_eq!(answer, DELIVERED);
    }

    /// All objects.
    pub(crate) async fn objects(&self) -> BTreeMap<String, StoredObject> {
        self.embedded.s3().objects(BUCKET).await
    }

    /// The server that they stand in.
    pub(crate) fn s3(&self) -> S3 {
        self.embedded.s3()
    }

    /// The file that holds an object's bytes.
    pub(crate) fn file(&self, key: &str) -> PathBuf {
        self.embedded.file(BUCKET, key)
    }

    /// The Parquet objects as they read.
    pub(crate) async fn files(&self) -> BTreeMap<String, ParquetFile> {
        let mut objects = self.objects().await;
        objects.retain(|key, _| key.ends_with(".parquet"));
        let files = PEERS.read_parquet(objects.values().map(|object| &object.body[..]));
        objects.into_keys().zip(files).collect()
    }

    /// The only Parquet object as it reads.
    pub(crate) async fn only_file(&self) -> ParquetFile {
        let files: Vec<_> = self.files().await.into_iter().collect();
        let [(_, file)] = files.as_slice() else {
            panic!("expected one object, got {:?}", files.iter().map(|(key, _)| key).collect::<Vec<_>>())
        };
        file.clone()
    }

    /// The lines in quarantine, in the order of their objects' keys.
    pub(crate) async fn quarantined(&self) -> Vec<Value> {
        let objects = self.objects().await;
        let texts =
            objects.iter().filter(|(key, _)| key.starts_with("quarantine/")).map(|(_, object)| object.text());
        let lines = |text: String| -> Vec<Value> {
            text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
        };
        texts.flat_map(lines).collect()
    }
}

/// The event that hands over values, from offset 0 of partition 0.
pub(crate) fn event(values: &[Vec<u8>]) -> Vec<u8> {
    event_at(TOPIC, 0, 0, values)
}

/// The event that hands over values from an offset of a partition.
pub(crate) fn event_at(topic: &str, partition: i32, first_offset: i64, values: &[Vec<u8>]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    for (offset, value) in (first_offset..).zip(values) {
        event.push(&record(topic, partition, offset, Some(value)));
    }
    event.finish()
}

/// A record of such an event.
pub(crate) fn record<'a>(
    topic: &'a str,
    partition: i32,
    offset: i64,
    value: Option<&'a [u8]>,
) -> NewRecord<'a> {
    NewRecord {
        topic,
        partition,
        offset,
        timestamp_ms: TIMESTAMP_MS,
        timestamp_type: TimestampType::CreateTime,
        key: Some(b"key"),
        value,
        headers: Vec::new(),
    }
}

/// Values of an Avro schema in Confluent's frame; the schema is registered for this topic.
pub(crate) fn avro(topic: &str, schema: &str, values: &[Value]) -> Vec<Vec<u8>> {
    PEERS.serialize_avro(&APICURIO.url(), topic, schema, values)
}

/// The id in a value's frame.
pub(crate) fn schema_id(value: &[u8]) -> u32 {
    let id = value[1..5].try_into().expect("four bytes");
    u32::from_be_bytes(id)
}
