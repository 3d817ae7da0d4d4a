//! An S3 server on loopback over a folder, for the demo and for tests.
//!
//! The protocol is the `s3s` crate's; the store is ours, because exactly one of many simultaneous
//! writers may win a key and a half-written object must never be seen. Objects are plain files,
//! `<root>/<bucket>/<key>`; what a file cannot hold (content type, user metadata, tags, checksums)
//! lies under `<root>/.landfall`.

mod answer;
mod attributes;
mod checksums;
mod error;
mod folder;
mod key;
mod listing;
mod place;
mod server;
mod service;
mod upload;

pub use error::FolderError;
pub use server::{Counts, EmbeddedS3, StartError};

/// The access key id that the embedded server takes.
pub const ACCESS_KEY_ID: &str = "landfall";

/// The secret that belongs to [`ACCESS_KEY_ID`].
pub const SECRET_ACCESS_KEY: &str = "landfall-on-this-computer";
