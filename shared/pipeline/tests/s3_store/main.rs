//! `S3Store` against servers on loopback: what it asks them, and what it makes of their answers.

#[path = "../support/batch.rs"]
mod batch;
#[path = "../support/settings.rs"]
mod settings;
#[path = "../support/sink.rs"]
mod support;

mod answers;
mod broken_connections;
mod certificates;
mod requests;
mod role;
mod server;

use bytes::Bytes;
use delivery::{Object, StoreError, StoreErrorKind};
use pipeline::chain;
use pipeline::s3::S3Store;
use pipeline::settings::S3Settings;
use record::Identity;
use server::Server;
use std::time::Duration;

/// The key of [`object`].
const KEY: &str = "topics/t/partition=0/t+0+0000000007.json";

/// A store over a server, with more settings.
fn store(server: &Server, vars: &[(&str, &str)]) -> S3Store {
    store_at(&server.url, vars)
}

fn store_at(url: &str, vars: &[(&str, &str)]) -> S3Store {
    S3Store::new(s3_settings(url, vars)).expect("a client")
}

/// A store without patience.
fn hasty_store(server: &Server, vars: &[(&str, &str)]) -> S3Store {
    let attempt_timeout = Duration::from_millis(100);
    S3Store::new(S3Settings { attempt_timeout, ..s3_settings(&server.url, vars) }).expect("a client")
}

fn s3_settings(url: &str, vars: &[(&str, &str)]) -> S3Settings {
    let vars: Vec<_> = [("STORE_URL", url)].into_iter().chain(vars.iter().copied()).collect();
    settings::settings(&vars).s3
}

/// An object of three records: 7, 8 and 10.
fn object() -> Object {
    Object {
        key: KEY.to_owned(),
        body: Bytes::from_static(b"1\n2\n3\n"),
        content_type: "application/x-ndjson",
        content_encoding: None,
        coverage: "7:2,1,1".parse().expect("a coverage"),
        identity: Some(Identity::of_parts(Some(1), None, Some(b"1"))),
        after: None,
    }
}

/// An object without records, in place of the last of [`object`].
fn marker() -> Object {
    Object {
        key: "topics/t/partition=0/t+0+0000000010.json".to_owned(),
        body: Bytes::new(),
        coverage: "10:1".parse().expect("a coverage"),
        identity: None,
        after: Some(7),
        ..object()
    }
}

/// An error as it comes to the log.
fn told<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (StoreErrorKind, String) {
    let error = result.expect_err("the server said no");
    (error.kind, chain(&error).to_string())
}
