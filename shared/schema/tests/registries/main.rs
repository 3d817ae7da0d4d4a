//! Registries, asked over the wire.

mod answers;
mod cache;
mod credentials;
mod glue;
mod references;
mod server;
mod servers;
mod stub;
mod tls;

use schema::{
    Confluent, ConfluentSettings, Credentials, Fetched, Registry, RegistryError, RegistryUrl, SchemaId,
};
use std::error::Error;
use std::time::Duration;

/// Settings of a registry with nothing but these URLs.
fn settings(urls: &[&str]) -> ConfluentSettings {
    ConfluentSettings {
        urls: urls.iter().map(|url| RegistryUrl::from(*url)).collect(),
        credentials: Credentials::None,
        roots: Vec::new(),
        proxy: None,
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(20),
    }
}

fn confluent(urls: &[&str]) -> Confluent {
    Confluent::new(&settings(urls)).expect("settings that make sense")
}

/// What is said of schema 7.
async fn ask(registry: &impl Registry) -> Result<Fetched, RegistryError> {
    registry.fetch(SchemaId::Number(7)).await
}

/// A failure as a log would have it, and whether it may pass.
#[track_caller]
fn failure(result: Result<Fetched, RegistryError>) -> (String, bool) {
    let error = result.expect_err("a failure");
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    (text, error.is_transient)
}

/// Who told a schema, see `Answer::schema`.
#[track_caller]
fn doc(result: Result<Fetched, RegistryError>) -> String {
    match result.expect("an answer") {
        Fetched::Schema(schema) => {
            let text: serde_json::Value = serde_json::from_str(&schema.text).expect("JSON");
            text["doc"].as_str().expect("a doc").to_owned()
        }
        other => panic!("{other:?}"),
    }
}
