//! What differs between the sinks: how records are written, and how objects are read.

use end_to_end::apicurio::Apicurio;
use end_to_end::peers::Peers;
use end_to_end::records::Mark;
use end_to_end::s3::StoredObject;
use end_to_end::sink::Program;
use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The record that a [`Mark`]'s value is.
const V1: &str = r#"{"type":"record","name":"Mark","fields":[
    {"name":"partition","type":"int"},{"name":"offset","type":"long"},{"name":"user","type":"string"}
]}"#;

/// The same with one more field.
const V2: &str = r#"{"type":"record","name":"Mark","fields":[
    {"name":"partition","type":"int"},{"name":"offset","type":"long"},{"name":"user","type":"string"},
    {"name":"note","type":["null","string"],"default":null}
]}"#;

/// How records are written and objects are read.
pub(crate) enum Format {
    /// JSON to JSON Lines.
    Json,
    /// Avro of two versions to Parquet.
    Parquet {
        /// Where the schemas are.
        registry: Box<Apicurio>,
        /// Who writes and reads.
        peers: Peers,
    },
}

impl Format {
    /// Parquet with a registry of its own.
    pub(crate) fn parquet() -> Self {
        Self::Parquet { registry: Box::new(Apicurio::start()), peers: Peers::start() }
    }

    /// The function.
    pub(crate) fn program(&self) -> Program {
        match self {
            Self::Json => Program::JsonSink,
            Self::Parquet { .. } => Program::ParquetSink,
        }
    }

    /// Settings that every history has, and some that are drawn.
    pub(crate) fn settings(&self, rng: &mut Rng) -> Vec<(&'static str, String)> {
        match self {
            Self::Json => {
                let compression = if rng.u8(0..7) == 0 { "gzip" } else { "none" };
                vec![("S3_COMPRESSION_TYPE", compression.to_owned())]
            }
            Self::Parquet { registry, .. } => {
                let mode = ["NONE", "BACKWARD", "FORWARD", "FULL"][rng.usize(0..4)];
                let codec = ["none", "snappy", "gzip", "zstd"][rng.usize(0..4)];
                vec![
                    ("SCHEMA_REGISTRY_URL", registry.url()),
                    ("SCHEMA_COMPATIBILITY", mode.to_owned()),
                    ("PARQUET_CODEC", codec.to_owned()),
                ]
            }
        }
    }

    /// The values of records.
    pub(crate) fn values(&self, marks: &[Mark]) -> Vec<Vec<u8>> {
        let Self::Parquet { registry, peers } = self else {
            return marks.iter().map(|mark| mark.value()).collect();
        };
        // Each of a version that its offset says, so that they follow each other in no order.
        let is_second = |mark: &Mark| mark.offset % 3 == 1;
        let serialize = |schema, marks: Vec<&Mark>| {
            let rows: Vec<Value> = marks.into_iter().map(row).collect();
            peers.serialize_avro(&registry.url(), "histories", schema, &rows).into_iter()
        };
        let mut first = serialize(V1, marks.iter().filter(|mark| !is_second(mark)).collect());
        let mut second = serialize(V2, marks.iter().filter(|mark| is_second(mark)).collect());
        let mut next = |mark| if is_second(mark) { second.next() } else { first.next() };
        marks.iter().map(|mark| next(mark).expect("each row gives a value")).collect()
    }

    /// The objects with JSON Lines in place of Parquet.
    pub(crate) fn as_lines(
        &self,
        mut objects: BTreeMap<String, StoredObject>,
    ) -> BTreeMap<String, StoredObject> {
        let Self::Parquet { peers, .. } = self else { return objects };
        let mut stored: Vec<&mut StoredObject> = objects
            .iter_mut()
            .filter(|(key, _)| key.ends_with(".parquet"))
            .map(|(_, object)| object)
            .collect();
        // DuckDB's word on all of them would take longer than all the rest.
        let files = peers.read_parquet_by(&["pyarrow"], stored.iter().map(|object| &object.body[..]));
        for (object, file) in stored.iter_mut().zip(files) {
            object.body = file.rows.iter().map(|row| format!("{row}\n")).collect::<String>().into();
        }
        objects
    }
}

/// A record's value, with no note in either version.
fn row(mark: &Mark) -> Value {
    json!({
        "partition": mark.partition, "offset": mark.offset, "user": format!("user-{}", mark.offset % 5), "note": null,
    })
}
