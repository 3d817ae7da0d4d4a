//! Objects in memory, for a sink to write and a replay to move; whoever asks may be stopped dead before any request.

use crate::replay::Objects;
use crate::s3::Attributes;
use bytes::Bytes;
use delivery::{Coverage, Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
use futures_util::Stream;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An object that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) body: Bytes,
    pub(super) metadata: BTreeMap<String, String>,
}

/// Objects by key.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<BTreeMap<String, Standing>>);

impl Shelf {
    pub(super) fn objects(&self) -> BTreeMap<String, Standing> {
        self.lock().clone()
    }

    pub(super) fn put(&self, key: &str, body: impl Into<Bytes>) {
        self.lock().insert(key.to_owned(), Standing { body: body.into(), metadata: BTreeMap::new() });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    pub(super) fn coverage(&self) -> Option<Coverage> {
        self.metadata.get(Metadata::COVERAGE)?.parse().ok()
    }

    pub(super) fn is_marker(&self) -> bool {
        !self.metadata.contains_key(Metadata::IDENTITY)
    }
}

/// A shelf as one process sees it: each request lets the others go first once, and the process ends before its
/// request number `ends_at`.
#[derive(Debug)]
pub(super) struct View<'s> {
    pub(super) shelf: &'s Shelf,
    requests: AtomicU64,
    ends_at: u64,
}

impl<'s> View<'s> {
    pub(super) fn new(shelf: &'s Shelf, ends_at: u64) -> Self {
        Self { shelf, requests: AtomicU64::new(0), ends_at }
    }

    async fn request(&self) -> MutexGuard<'s, BTreeMap<String, Standing>> {
        let number = self.requests.fetch_add(1, Relaxed);
        if number >= self.ends_at {
            std::future::pending::<()>().await;
        }
        let mut has_waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut has_waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        self.shelf.lock()
    }
}

impl Store for &View<'_> {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        let mut objects = self.request().await;
        if objects.contains_key(&object.key) {
            return Ok(Creation::Exists);
        }
        let coverage = Some((Metadata::COVERAGE.to_owned(), object.coverage.to_string()));
        let identity = object.identity.map(|it| (Metadata::IDENTITY.to_owned(), it.to_string()));
        let standing =
            Standing { body: object.body.clone(), metadata: coverage.into_iter().chain(identity).collect() };
        objects.insert(object.key.clone(), standing);
        Ok(Creation::Created)
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        let objects = self.request().await;
        Ok(objects.get(key).map(|object| Metadata {
            coverage: object.metadata.get(Metadata::COVERAGE).cloned(),
            identity: object.metadata.get(Metadata::IDENTITY).cloned(),
        }))
    }
}

impl Objects for View<'_> {
    fn list(&self, prefix: &str) -> impl Stream<Item = Result<Vec<String>, StoreError>> + Send {
        let prefix = prefix.to_owned();
        futures_util::stream::once(async move {
            let objects = self.request().await;
            Ok(objects.keys().filter(|key| key.starts_with(&prefix)).cloned().collect())
        })
    }

    async fn get(&self, key: &str) -> Result<Option<(Attributes, Bytes)>, StoreError> {
        let objects = self.request().await;
        Ok(objects.get(key).map(|object| {
            let attributes = Attributes { metadata: object.metadata.clone(), ..Attributes::default() };
            (attributes, object.body.clone())
        }))
    }

    async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.request().await.contains_key(key))
    }

    async fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let mut objects = self.request().await;
        let Some(object) = objects.get(from).cloned() else {
            let message = format!("there is no {from}");
            return Err(StoreError { kind: StoreErrorKind::Refused, message, source: None });
        };
        objects.insert(to.to_owned(), object);
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.request().await.remove(key);
        Ok(())
    }
}
