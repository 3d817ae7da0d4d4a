//! Stores that fail, or take their time.

use delivery::memory::MemoryStore;
use delivery::{Creation, Metadata, Object, Store, StoreError, StoreErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A store that fails for some keys.
#[derive(Debug)]
pub(crate) struct Faulty {
    pub(crate) inner: MemoryStore,
    /// What it says of a key, at the nth create (from 1).
    pub(crate) fault: fn(&str, usize) -> Option<StoreErrorKind>,
    pub(crate) creates: AtomicUsize,
}

impl Faulty {
    pub(crate) fn new(fault: fn(&str, usize) -> Option<StoreErrorKind>) -> Self {
        Self { inner: MemoryStore::default(), fault, creates: AtomicUsize::new(0) }
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.inner.objects().into_keys().collect()
    }
}

impl Store for Faulty {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        let count = self.creates.fetch_add(1, Ordering::Relaxed) + 1;
        match (self.fault)(&object.key, count) {
            Some(kind) => Err(StoreError { kind, message: "PutObject was refused".to_owned(), source: None }),
            None => self.inner.create(object).await,
        }
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        self.inner.head(key).await
    }
}

/// A store whose creates take a while, and that counts how many are under way at once.
#[derive(Debug, Default)]
pub(crate) struct Slow {
    inner: MemoryStore,
    under_way: AtomicUsize,
    pub(crate) most: AtomicUsize,
}

impl Store for Slow {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        let count = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(count, Ordering::Relaxed);
        tokio::task::yield_now().await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        self.inner.create(object).await
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        self.inner.head(key).await
    }
}
