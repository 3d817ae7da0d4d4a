//! Confluent's schema registry, and what speaks its protocol: Apicurio, Karapace, Redpanda.

mod answer;
mod failure;
mod http;
mod references;
mod server;
mod settings;
mod trust;

pub use settings::{ConfluentError, ConfluentSettings, Credentials, RegistryUrl};

use crate::{Fetched, Registry, RegistryError, SchemaId, WriterSchema};
use answer::{Place, Schema};
use failure::{Failure, Fault};
use http::Http;
use references::{References, Resolved};
use std::sync::Arc;

/// A registry that speaks the protocol of Confluent's.
///
/// Redirects are followed. Of several servers the one that answered last is asked first, and the next one where it
/// fails by its own fault: no connection, no answer in time, a 5xx, no registry's answer.
#[derive(Debug)]
pub struct Confluent {
    http: Http,
    references: References,
}

impl Confluent {
    /// Sets the client up; does not connect.
    ///
    /// # Errors
    ///
    /// When the settings make no sense: a URL that is none, credentials twice, certificates that are none.
    pub fn new(settings: &ConfluentSettings) -> Result<Self, ConfluentError> {
        Ok(Self { http: Http::new(settings)?, references: References::default() })
    }

    async fn schema(&self, id: SchemaId, path: &str) -> Result<Fetched, RegistryError> {
        let schema: Schema = match self.http.get(path).await {
            Ok(Some(schema)) => schema,
            Ok(None) => return Ok(Fetched::Unknown),
            Err(failure) => return self.explain(id, failure).await,
        };
        let format = match schema.format() {
            Ok(format) => format,
            Err(name) => {
                return Ok(Fetched::Unusable(format!(
                    "schema {id} has the type {name:?}, where AVRO, PROTOBUF and JSON are known"
                )));
            }
        };
        let references = match self.references.resolve(&self.http, &schema).await {
            Ok(Resolved::All(references)) => references,
            Ok(Resolved::Missing(places)) => {
                let places: Vec<String> = places.iter().map(Place::to_string).collect();
                return Ok(Fetched::Unusable(format!(
                    "schema {id} refers to {}, which the registry says is not there",
                    places.join(" and ")
                )));
            }
            Err((place, mut failure)) => {
                failure.message = format!("{place}, which it refers to: {}", failure.message);
                return Err(error(id, failure));
            }
        };
        let Schema { text, version, .. } = schema;
        Ok(Fetched::Schema(Arc::new(WriterSchema { id, format, text, references, version })))
    }

    /// Says what a failure means for an id.
    ///
    /// A registry from before GUIDs does not know their path, which must not stand for a wrong URL: a record that
    /// happens to begin with 0x01 would hold up its partition for ever.
    async fn explain(&self, id: SchemaId, failure: Failure) -> Result<Fetched, RegistryError> {
        let is_guid = matches!(id, SchemaId::Guid(_));
        if is_guid
            && failure.fault == Fault::Path
            && let Ok(Some(_)) = self.http.get::<Vec<String>>("/schemas/types").await
        {
            let registry = self.http.name();
            return Ok(Fetched::Unusable(format!(
                "schema {id} is a GUID, and the registry {registry} does not know GUIDs"
            )));
        }
        Err(error(id, failure))
    }
}

impl Registry for Confluent {
    async fn fetch(&self, id: SchemaId) -> Result<Fetched, RegistryError> {
        match id {
            SchemaId::Number(_) => self.schema(id, &format!("/schemas/ids/{id}")).await,
            SchemaId::Guid(_) => self.schema(id, &format!("/schemas/guids/{id}")).await,
            SchemaId::Glue(_) => Ok(Fetched::Unusable(format!(
                "schema {id} is one of AWS Glue's, and the registry is {}",
                self.http.name()
            ))),
        }
    }
}

fn error(id: SchemaId, failure: Failure) -> RegistryError {
    let Failure { server, fault, message, cause } = failure;
    RegistryError {
        id: id.to_string(),
        registry: server,
        message,
        is_transient: fault == Fault::Passing,
        source: cause.map(|cause| Box::new(cause) as _),
    }
}
