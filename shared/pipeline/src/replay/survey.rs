//! What there is to replay.

use super::contents::Contents;
use super::objects::Objects;
use crate::chain::chain;
use delivery::StoreError;
use futures_util::{StreamExt as _, TryStreamExt as _};
use std::fmt;

/// How many objects are read at once. Each may have 12 MB: an event of 6 MB, escaped.
const READS: usize = 4;

/// Which objects are to be replayed.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Where they are.
    pub source: Keys,
    /// What stands before the key of an object that is done; such objects are passed over.
    pub done_prefix: String,
    /// Most objects that are looked at.
    pub limit: Option<usize>,
}

/// Where objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// Their keys begin like this.
    Under(String),
    /// These are their keys.
    These(Vec<String>),
}

/// What there is to replay.
#[derive(Debug, Default)]
pub struct Survey {
    /// What can be replayed, in the order of the keys.
    pub candidates: Vec<Candidate>,
    /// What cannot, and why.
    pub unreadable: Vec<Unreadable>,
    /// Markers in quarantine: they hold no record and are left alone.
    pub markers: usize,
    /// Whether there are more objects than the limit allows to look at.
    pub is_limited: bool,
}

/// An object that can be replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its key.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// Which offsets it has of which topic-partitions; at least one.
    pub extents: Vec<Extent>,
    /// Why it is there.
    pub reason: String,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A batch that a mapping gave up, as Lambda leaves it in an on-failure destination.
    OnFailure,
    /// Records that a sink rejected.
    Quarantine,
}

/// Records of one topic-partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
    /// How many records.
    pub records: u64,
}

/// An object that cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its key.
    pub key: String,
    /// Why not.
    pub reason: String,
}

impl Candidate {
    /// How many records it has.
    pub fn records(&self) -> u64 {
        self.extents.iter().map(|extent| extent.records).sum()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnFailure => "on-failure",
            Self::Quarantine => "quarantine",
        })
    }
}

/// Lists the objects and reads each of them; `seen` is told how many it was by now.
///
/// # Errors
///
/// When the store can't list or read.
pub async fn survey(
    objects: &impl Objects,
    selection: &Selection,
    seen: impl Fn(usize) + Send,
) -> Result<Survey, StoreError> {
    let keys = match &selection.source {
        Keys::Under(prefix) => objects.list(prefix).left_stream(),
        Keys::These(keys) => futures_util::stream::iter([Ok(keys.clone())]).right_stream(),
    };
    let keys = keys
        .map_ok(|page| futures_util::stream::iter(page.into_iter().map(Ok)))
        .try_flatten()
        // A folder, as S3's console makes one, is no object of anybody's.
        .try_filter(|key| {
            std::future::ready(!key.starts_with(&selection.done_prefix) && !key.ends_with('/'))
        });
    let limit = selection.limit.unwrap_or(usize::MAX);
    let mut looks = std::pin::pin!(
        keys.take(limit.saturating_add(1))
            .map(|key| async {
                let key = key?;
                Ok::<_, StoreError>(look(objects, key).await?)
            })
            .buffered(READS)
    );
    let (mut survey, mut count) = (Survey::default(), 0);
    while let Some(look) = looks.next().await {
        count += 1;
        if count > limit {
            survey.is_limited = true;
            break;
        }
        match look? {
            Look::Candidate(candidate) => survey.candidates.push(candidate),
            Look::Unreadable(unreadable) => survey.unreadable.push(unreadable),
            Look::Marker => survey.markers += 1,
            Look::Gone => {}
        }
        seen(count);
    }
    Ok(survey)
}

enum Look {
    Candidate(Candidate),
    Unreadable(Unreadable),
    Marker,
    /// Listed, and moved before it was read.
    Gone,
}

async fn look(objects: &impl Objects, key: String) -> Result<Look, StoreError> {
    let Some((attributes, body)) = objects.get(&key).await? else { return Ok(Look::Gone) };
    let contents = match Contents::read(&attributes, &body) {
        Ok(contents) => contents,
        Err(error) => return Ok(Look::Unreadable(Unreadable { key, reason: chain(&error).to_string() })),
    };
    let (reason, extents) = (contents.reason(), contents.extents());
    Ok(match contents.kind() {
        // A batch of no records has nothing to lose, but nothing to place it by either.
        Some(kind) => Look::Candidate(Candidate { key, kind, extents, reason }),
        None => Look::Marker,
    })
}
