//! The server around the store.

use super::error::FolderError;
use super::folder::Folder;
use super::service::Service;
use super::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::connections::serve;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running S3 server on loopback; stops when dropped.
///
/// It takes path-style requests signed with [`ACCESS_KEY_ID`] and [`SECRET_ACCESS_KEY`], any region.
/// An object is durable against the death of this process, not against a power loss.
#[derive(Debug)]
pub struct EmbeddedS3 {
    address: SocketAddr,
    root: PathBuf,
    folder: Arc<Folder>,
    counters: Arc<Counters>,
    server: JoinHandle<()>,
}

/// How many PUTs there were, by their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// An object was written.
    pub created: u64,
    /// The key had an object already (412).
    pub existed: u64,
    /// Anything else was wrong with the request.
    pub refused: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) created: AtomicU64,
    pub(crate) existed: AtomicU64,
    pub(crate) refused: AtomicU64,
}

/// The embedded S3 server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The folder cannot hold a store.
    #[error("the embedded S3 server cannot keep its objects in {}", root.display())]
    Folder {
        /// The folder.
        root: PathBuf,
        /// Why not.
        source: FolderError,
    },
    /// The port cannot be listened on.
    #[error("the embedded S3 server cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port.
        port: u16,
        /// Why not.
        source: io::Error,
    },
}

impl EmbeddedS3 {
    /// Serves the folder `root`, made where it is missing, on a port of loopback; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// When the folder cannot be used, is served by another process, or the port is taken.
    pub async fn start(root: &Path, port: u16) -> Result<Self, StartError> {
        let folder =
            Folder::open(root).map_err(|source| StartError::Folder { root: root.to_owned(), source })?;
        let folder = Arc::new(folder);
        let listen = |source| StartError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;

        let counters = Arc::new(Counters::default());
        let service = Service { folder: Arc::clone(&folder), counters: Arc::clone(&counters) };
        let mut builder = S3ServiceBuilder::new(service);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let server = tokio::spawn(serve(listener, builder.build()));
        Ok(Self { address, root: root.to_owned(), folder, counters, server })
    }

    /// The URL for `AWS_ENDPOINT_URL_S3`; clients must use path-style requests.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder that holds the buckets.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes a bucket unless it exists.
    ///
    /// # Errors
    ///
    /// When S3 would not take the name, or the folder cannot be made.
    pub fn create_bucket(&self, bucket: &str) -> Result<(), FolderError> {
        self.folder.create_bucket(bucket).map(drop)
    }

    /// Removes a bucket with all its objects, if it exists.
    ///
    /// # Errors
    ///
    /// When a file cannot be removed.
    pub fn remove_bucket(&self, bucket: &str) -> Result<(), FolderError> {
        self.folder.remove_bucket(bucket)
    }

    /// How many PUTs there were until now.
    pub fn counts(&self) -> Counts {
        Counts {
            created: self.counters.created.load(Relaxed),
            existed: self.counters.existed.load(Relaxed),
            refused: self.counters.refused.load(Relaxed),
        }
    }

    /// Stops at once, as a killed server would, and waits until the port and the folder are free again.
    pub async fn shutdown(mut self) {
        self.server.abort();
        // The only end of a task that was aborted is that error.
        let _ = (&mut self.server).await;
    }
}

impl Drop for EmbeddedS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}
