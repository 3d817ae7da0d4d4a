//! A schema registry on loopback, for the demo, for sample events and for tests.
//!
//! It answers what serializers and readers ask of a Confluent-compatible registry
//! (<https://docs.confluent.io/platform/current/schema-registry/develop/api.html>), and Glue's
//! `GetSchemaVersion`. It is a stub to try things out: schemas are kept in memory and as they were sent,
//! no compatibility is checked, nothing can be deleted, and everybody may do everything.

mod answer;
mod error;
mod files;
mod glue;
mod guid;
mod refusal;
mod schema;
mod server;
mod shelf;
#[cfg(test)]
mod tests;

pub use error::{FilesError, UnknownReference};
pub use schema::{Reference, Schema, SchemaType};
pub use server::EmbeddedRegistry;
