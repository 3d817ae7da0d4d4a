//! Schemas of values: how a record names its schema, and who knows it.
//!
//! [`unframe`] reads what a serializer, or Lambda's own registry integration, has put before or beside a value:
//! a [`SchemaId`] and the payload. A [`Registry`] tells the [`WriterSchema`] of an id, and [`Schemas`] remembers
//! what it told: schemas are immutable.

mod id;
mod registry;
mod wire;
mod writer;

pub use id::SchemaId;
pub use registry::{Registry, RegistryError};
pub use wire::{Framed, MessageRef, Wire, unframe};
pub use writer::{Format, Reference, WriterSchema};
