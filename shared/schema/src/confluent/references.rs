//! What a schema refers to, and what that refers to.

use super::answer::{Place, Reference, Schema};
use super::failure::Failure;
use super::http::Http;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How many references of one schema are asked for at a time.
const CONCURRENCY: usize = 16;

/// What stays as it is in a segment of a path: RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The schemas that others refer to, each fetched once: a version of a subject never becomes another one.
///
/// What is found stays over failures, so that the next try of a schema with hundreds of them asks for the rest only.
#[derive(Debug, Default)]
pub(super) struct References {
    known: Mutex<BTreeMap<Place, Arc<OnceCell<Arc<Schema>>>>>,
}

/// What became of a schema's references.
#[derive(Debug)]
pub(super) enum Resolved {
    /// All of them, each name once, and each after those that it refers to itself.
    All(Vec<crate::Reference>),
    /// The registry says that these are not there, in order.
    Missing(BTreeSet<Place>),
}

/// Why a reference could not be had.
enum Unknown {
    Missing,
    Failed(Failure),
}

impl References {
    /// Fetches all that a schema refers to, side by side, whatever the depth.
    pub(super) async fn resolve(&self, http: &Http, schema: &Schema) -> Result<Resolved, (Place, Failure)> {
        let (mut seen, mut waiting) = (BTreeSet::new(), Vec::new());
        let mut see = |waiting: &mut Vec<Place>, references: &[Reference]| {
            for Reference { place, .. } in references {
                if seen.insert(place.clone()) {
                    waiting.push(place.clone());
                }
            }
        };
        see(&mut waiting, schema.references());
        let (mut found, mut missing) = (BTreeMap::new(), BTreeSet::new());
        let mut asked = FuturesUnordered::new();
        loop {
            while asked.len() < CONCURRENCY
                && let Some(place) = waiting.pop()
            {
                asked.push(async move { (self.fetch(http, &place).await, place) });
            }
            match asked.next().await {
                None => break,
                Some((Ok(schema), place)) => {
                    see(&mut waiting, schema.references());
                    found.insert(place, schema);
                }
                Some((Err(Unknown::Missing), place)) => {
                    missing.insert(place);
                }
                Some((Err(Unknown::Failed(failure)), place)) => return Err((place, failure)),
            }
        }
        drop(asked);
        if missing.is_empty() {
            return Ok(Resolved::All(in_order(schema, &found)));
        }
        Ok(Resolved::Missing(missing))
    }

    async fn fetch(&self, http: &Http, place: &Place) -> Result<Arc<Schema>, Unknown> {
        let cell = Arc::clone(
            self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(place.clone()).or_default(),
        );
        cell.get_or_try_init(|| async { ask(http, place).await.map(Arc::new) }).await.cloned()
    }
}

async fn ask(http: &Http, Place { subject, version }: &Place) -> Result<Schema, Unknown> {
    let path = format!("/subjects/{}/versions/{version}", utf8_percent_encode(subject, ESCAPED));
    // A subject that was deleted, but not for ever, still means what it meant.
    for query in ["", "?deleted=true"] {
        if let Some(schema) = http.get(&format!("{path}{query}")).await.map_err(Unknown::Failed)? {
            return Ok(schema);
        }
    }
    Err(Unknown::Missing)
}

/// Sorts by dependency: depth first, in the order in which the schemas name their references, the first of a name
/// counts. That is how Confluent's own client does it; a circle is cut where it closes.
fn in_order(root: &Schema, found: &BTreeMap<Place, Arc<Schema>>) -> Vec<crate::Reference> {
    let mut named = BTreeSet::new();
    let mut ordered = Vec::new();
    let mut way: Vec<(Option<&str>, &Schema, usize)> = vec![(None, root, 0)];
    while let Some((name, schema, next)) = way.last_mut() {
        if let Some(reference) = schema.references().get(*next) {
            *next += 1;
            if named.insert(&reference.name) {
                way.push((Some(&reference.name), &found[&reference.place], 0));
            }
        } else {
            if let Some(name) = name {
                ordered.push(crate::Reference { name: (*name).to_owned(), text: schema.text.clone() });
            }
            way.pop();
        }
    }
    ordered
}
