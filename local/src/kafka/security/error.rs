//! What is wrong with files that say who a client is.

use std::io;
use std::path::PathBuf;

/// Who a client is cannot be said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityError {
    /// A file is not there, or not ours to read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{} holds no {expected} in PEM", path.display())]
    NoPem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// librdkafka takes text alone.
    #[error("the path {} is not UTF-8", path.display())]
    PathIsNoText {
        /// The file.
        path: PathBuf,
    },
    /// A key cannot be used without its password.
    #[error("the private key in {} is encrypted: its password is needed", path.display())]
    KeyIsEncrypted {
        /// The file.
        path: PathBuf,
    },
    /// A file should hold a password.
    #[error("{} does not hold one line with a password", path.display())]
    NoPassword {
        /// The file.
        path: PathBuf,
    },
}
