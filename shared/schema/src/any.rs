//! Whichever registry the settings name.

use crate::{Confluent, Fetched, Glue, Registry, RegistryError, SchemaId};

/// Whichever registry the settings name.
#[derive(Debug)]
pub enum AnyRegistry {
    /// One that speaks the protocol of Confluent's.
    Confluent(Box<Confluent>),
    /// AWS Glue's.
    Glue(Glue),
}

impl Registry for AnyRegistry {
    async fn fetch(&self, id: SchemaId) -> Result<Fetched, RegistryError> {
        match self {
            Self::Confluent(registry) => registry.fetch(id).await,
            Self::Glue(registry) => registry.fetch(id).await,
        }
    }
}

impl From<Confluent> for AnyRegistry {
    fn from(registry: Confluent) -> Self {
        Self::Confluent(Box::new(registry))
    }
}

impl From<Glue> for AnyRegistry {
    fn from(registry: Glue) -> Self {
        Self::Glue(registry)
    }
}
