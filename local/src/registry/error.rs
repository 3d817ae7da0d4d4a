//! What the registry cannot keep.

use super::schema::Reference;
use std::io;
use std::path::PathBuf;

/// A schema refers to another that is not registered.
#[derive(Debug, thiserror::Error)]
#[error("no schema is registered as version {} of subject {}, which {} refers to", reference.version, reference.subject, reference.name)]
pub struct UnknownReference {
    /// The reference.
    pub reference: Reference,
}

/// The schemas of a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// The folder or a file cannot be read.
    #[error("cannot read the schemas in {}", path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file's name does not say which schema it is.
    #[error(
        "{} does not say its id: expected a name such as 7.avsc, orders-value.7.avsc, or a GUID before the extension",
        path.display()
    )]
    NoId {
        /// The file.
        path: PathBuf,
    },
    /// Two files are one schema.
    #[error("{} has the id of another file in its folder", path.display())]
    SameId {
        /// The second file.
        path: PathBuf,
    },
    /// There is nothing to serve.
    #[error("there are no schemas in {}: expected files such as 7.avsc, 8.proto or 9.json", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}
