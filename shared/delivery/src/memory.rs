//! A store in memory.

use crate::{Creation, Metadata, Object, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A store in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<String, Object>>,
}

impl MemoryStore {
    /// What is there, by key.
    pub fn objects(&self) -> BTreeMap<String, Object> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts an object whether or not the key is taken: what no writer of ours does.
    pub fn overwrite(&self, object: Object) {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).insert(object.key.clone(), object);
    }

    /// Creates an object unless its key is taken.
    pub fn create_now(&self, object: &Object) -> Creation {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        if objects.contains_key(&object.key) {
            return Creation::Exists;
        }
        objects.insert(object.key.clone(), object.clone());
        Creation::Created
    }

    /// Looks at an object.
    pub fn head_now(&self, key: &str) -> Option<Metadata> {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.get(key).map(|object| Metadata {
            coverage: Some(object.coverage.to_string()),
            identity: object.identity.map(|identity| identity.to_string()),
        })
    }
}

impl Store for MemoryStore {
    async fn create(&self, object: &Object) -> Result<Creation, StoreError> {
        Ok(self.create_now(object))
    }

    async fn head(&self, key: &str) -> Result<Option<Metadata>, StoreError> {
        Ok(self.head_now(key))
    }
}
