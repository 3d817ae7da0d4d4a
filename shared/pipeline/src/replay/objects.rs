//! The bucket, as far as a replay needs to know it.

use crate::s3::{Attributes, Bucket};
use bytes::Bytes;
use delivery::StoreError;
use futures_util::{Stream, TryStreamExt as _};

/// Objects that can be listed, read and moved.
pub trait Objects: Sync {
    /// The keys under a prefix, page by page, ascending.
    fn list(&self, prefix: &str) -> impl Stream<Item = Result<Vec<String>, StoreError>> + Send;

    /// Reads an object; none where there is none.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<(Attributes, Bytes)>, StoreError>> + Send;

    /// Whether there is an object.
    fn exists(&self, key: &str) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Copies an object with its metadata, over what may stand there.
    fn copy(&self, from: &str, to: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Deletes an object; one that is not there is no error.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Objects for Bucket {
    fn list(&self, prefix: &str) -> impl Stream<Item = Result<Vec<String>, StoreError>> + Send {
        Self::list(self, prefix).map_ok(|page| page.into_iter().map(|listed| listed.key).collect())
    }

    async fn get(&self, key: &str) -> Result<Option<(Attributes, Bytes)>, StoreError> {
        Self::get(self, key).await
    }

    async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.head(key).await?.is_some())
    }

    async fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        Self::copy(self, from, to).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        Self::delete(self, key).await
    }
}
