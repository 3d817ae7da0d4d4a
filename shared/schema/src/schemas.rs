//! What registries have told.

use crate::{Fetched, Registry, RegistryError, SchemaId, WriterSchema};
use backon::{ExponentialBuilder, Retryable as _, Sleeper};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// How many schemas are asked for at a time.
const CONCURRENCY: usize = 8;

/// How often and how patiently a registry is asked again.
#[derive(Debug, Clone)]
pub struct Retry<Z> {
    /// The pauses, their number, and how long they may be together.
    pub backoff: ExponentialBuilder,
    /// What sleeps; a test's may return at once.
    pub sleeper: Z,
}

/// The schemas that a registry has told, for the life of the environment: they never change.
///
/// One value is for one registry. That there is no such id is not remembered: it may be registered later.
#[derive(Debug, Default)]
pub struct Schemas {
    known: Mutex<BTreeMap<SchemaId, Arc<WriterSchema>>>,
}

impl Schemas {
    /// The schemas of these ids; what is not remembered is fetched side by side, each id once.
    ///
    /// # Errors
    ///
    /// When the registry did not tell one of them, after the retries of what may pass. What it told of the others is
    /// remembered all the same.
    pub async fn all<Z>(
        &self,
        ids: &BTreeSet<SchemaId>,
        registry: &impl Registry,
        retry: &Retry<Z>,
    ) -> Result<BTreeMap<SchemaId, Fetched>, RegistryError>
    where
        Z: Sleeper<Sleep: Send> + Clone + Sync,
    {
        let (mut told, unknown) = self.remembered(ids);
        let fetches = unknown.into_iter().map(|id| async move {
            let fetch = || registry.fetch(id);
            let retried = fetch.retry(retry.backoff).sleep(retry.sleeper.clone());
            let fetched = retried.when(|error: &RegistryError| error.is_transient).await?;
            self.remember(id, &fetched);
            Ok((id, fetched))
        });
        let fetched: Vec<_> = stream::iter(fetches).buffer_unordered(CONCURRENCY).try_collect().await?;
        told.extend(fetched);
        Ok(told)
    }

    /// What is remembered of these ids, and the others.
    fn remembered(&self, ids: &BTreeSet<SchemaId>) -> (BTreeMap<SchemaId, Fetched>, Vec<SchemaId>) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut told, mut unknown) = (BTreeMap::new(), Vec::new());
        for id in ids {
            match known.get(id) {
                Some(schema) => {
                    told.insert(*id, Fetched::Schema(Arc::clone(schema)));
                }
                None => unknown.push(*id),
            }
        }
        (told, unknown)
    }

    fn remember(&self, id: SchemaId, fetched: &Fetched) {
        if let Fetched::Schema(schema) = fetched {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(id, Arc::clone(schema));
        }
    }
}
