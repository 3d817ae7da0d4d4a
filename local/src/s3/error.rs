//! What the store cannot do.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Something cannot be kept in, or read from, the folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Another process serves the folder.
    #[error("another process already serves {}", root.display())]
    InUse {
        /// The store's folder.
        root: PathBuf,
    },
    /// There is no such bucket.
    #[error("there is no bucket {bucket}")]
    NoSuchBucket {
        /// The bucket.
        bucket: String,
    },
    /// A bucket's name is not one that S3 would take.
    #[error("{bucket:?} cannot name a bucket")]
    InvalidBucketName {
        /// The name.
        bucket: String,
    },
    /// The key already has an object, and the writer asked that it had none.
    #[error("{bucket}/{key} exists")]
    Exists {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// S3 would take the key, but it cannot be a file's name here.
    #[error("this store keeps objects as files and cannot keep {key:?}: {reason}")]
    NotAFile {
        /// The key.
        key: String,
        /// Why not.
        reason: &'static str,
    },
    /// The file system failed.
    #[error("cannot {verb} {}", path.display())]
    Io {
        /// What was to be done.
        verb: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// An error of the file system, with what was to be done.
pub(super) fn io_error(verb: &'static str, path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { verb, path: path.to_owned(), source }
}

/// Makes success of an error that says that there is no such file.
pub(super) fn unless_missing<'p>(
    path: &'p Path,
    verb: &'static str,
) -> impl FnOnce(io::Error) -> Result<(), FolderError> + 'p {
    move |error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(io_error(verb, path, error)),
    }
}
