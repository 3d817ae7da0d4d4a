//! Schemas of values: how a record names its schema, and who knows it.
//!
//! [`unframe`] reads what a serializer, or Lambda's own registry integration, has put before or beside a value:
//! a [`SchemaId`] and the payload. A [`Registry`] tells the [`WriterSchema`] of an id, and `Schemas` remembers
//! what it told: schemas are immutable.
//!
//! Who only reads ids and schemas needs no feature. With `clients` there are the registries, `Confluent` and `Glue`,
//! and `Schemas`; with `stub` a registry in process, for tests and the demo.

mod id;
mod registry;
mod wire;
mod writer;

#[cfg(feature = "clients")]
mod any;
#[cfg(feature = "clients")]
mod confluent;
#[cfg(feature = "clients")]
mod glue;
#[cfg(feature = "clients")]
mod schemas;
#[cfg(feature = "stub")]
mod stub;

pub use id::SchemaId;
pub use registry::{Fetched, Registry, RegistryError};
pub use wire::{Framed, MessageRef, Wire, unframe};
pub use writer::{Format, Reference, WriterSchema};

#[cfg(feature = "clients")]
pub use any::AnyRegistry;
#[cfg(feature = "clients")]
pub use confluent::{Confluent, ConfluentError, ConfluentSettings, Credentials, RegistryUrl};
#[cfg(feature = "clients")]
pub use glue::Glue;
#[cfg(feature = "clients")]
pub use schemas::{Retry, Schemas};
#[cfg(feature = "stub")]
pub use stub::{StubReference, StubRegistry, StubSchema};
