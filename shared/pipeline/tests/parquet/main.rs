//! What parquet-sink makes of a batch: settings, schemas and records in, objects out.
//!
//! The registry is the stub of `schema`, on loopback; the store is in memory.

#[path = "../support/batch.rs"]
mod batch;
#[path = "../support/settings.rs"]
mod settings;

mod changes;
mod converters;
mod evolution;
mod lake;
mod placing;
mod rejections;
mod tombstones;

use lake::{Lake, framed, record};

/// The first version of a schema of orders.
const V1: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"long"}
]}"#;

/// It gains a field with a default.
const V2: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"long"},
    {"name":"note","type":["null","string"],"default":null}
]}"#;

/// And another, between the two.
const V3: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"long"},
    {"name":"price","type":"int","default":7},
    {"name":"note","type":["null","string"],"default":null}
]}"#;

/// A schema that nothing of the others resolves to.
const OTHER: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"string"}
]}"#;
