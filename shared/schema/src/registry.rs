//! Who knows schemas.

use crate::{SchemaId, WriterSchema};
use std::error::Error;
use std::sync::Arc;

/// Knows schemas by their ids.
pub trait Registry: Send + Sync {
    /// What the registry knows of this id: the schema with all that it refers to, or why there is none.
    ///
    /// # Errors
    ///
    /// When the registry did not tell: it could not be reached, refused the credentials, or made no sense.
    fn fetch(&self, id: SchemaId) -> impl Future<Output = Result<Fetched, RegistryError>> + Send;
}

/// What a registry knows of an id.
///
/// The last two are facts about the records of that id, which go to quarantine; that the registry could not be asked
/// is none, and a [`RegistryError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The schema.
    Schema(Arc<WriterSchema>),
    /// The registry says that there is no such id.
    Unknown,
    /// There is such an id, but nothing can be read with it; a sentence says why.
    Unusable(String),
}

/// A registry did not tell a schema.
#[derive(Debug, thiserror::Error)]
#[error("schema {id} could not be fetched from {registry}: {message}")]
pub struct RegistryError {
    /// The schema.
    pub id: String,
    /// The registry's URL, without credentials, or Glue's endpoint.
    pub registry: String,
    /// What went wrong, and what to do where that is known.
    pub message: String,
    /// Whether asking again may help.
    pub is_transient: bool,
    /// Why.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}
