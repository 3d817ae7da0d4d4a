//! Who knows schemas.

use crate::{SchemaId, WriterSchema};
use std::error::Error;

/// Knows schemas by their ids.
pub trait Registry: Send + Sync {
    /// The schema of this id with all that it refers to, or none where the registry says that there is no such id.
    ///
    /// # Errors
    ///
    /// When the registry did not tell: it could not be reached, refused the credentials, or made no sense.
    fn fetch(&self, id: SchemaId)
    -> impl Future<Output = Result<Option<WriterSchema>, RegistryError>> + Send;
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
