//! Schemas for people, by id or by subject.

use super::source::LazyRegistry;
use crate::settings::{Converter, ParquetSettings, RegistrySettings, Settings};
use schema::{Fetched, Registry as _, RegistryError, SchemaId, Version, Wire};
use std::error::Error;

/// The registry that a function's settings name, asked by a person: once, without retries.
#[derive(Debug)]
pub struct SchemaRegistry {
    registry: LazyRegistry,
    wire: Wire,
}

impl SchemaRegistry {
    /// Builds the client; does not connect. There is none where values need no registry.
    ///
    /// # Errors
    ///
    /// When the settings can't make a client: a file of certificates that is none, say.
    pub fn new(settings: &Settings<ParquetSettings>) -> Result<Option<Self>, Box<dyn Error + Send + Sync>> {
        let Converter::Registry { registry, .. } = &settings.format.converter else { return Ok(None) };
        let wire = match registry {
            RegistrySettings::Confluent(_) => Wire::Confluent,
            RegistrySettings::Glue { .. } => Wire::Glue,
        };
        Ok(Some(Self { registry: LazyRegistry::new(registry, &settings.s3)?, wire }))
    }

    /// Reads an id as this registry writes its ids.
    pub fn parse(&self, id: &str) -> Option<SchemaId> {
        SchemaId::parse(id, self.wire)
    }

    /// The id of a version of a subject; none where the registry says that there is no such version.
    ///
    /// # Errors
    ///
    /// When the registry did not tell.
    pub async fn id_of(&self, subject: &str, version: Version) -> Result<Option<SchemaId>, RegistryError> {
        self.registry.id_of(subject, version).await
    }

    /// What the registry knows of this id.
    ///
    /// # Errors
    ///
    /// When the registry did not tell.
    pub async fn fetch(&self, id: SchemaId) -> Result<Fetched, RegistryError> {
        self.registry.fetch(id).await
    }
}
