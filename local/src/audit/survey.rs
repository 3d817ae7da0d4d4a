//! Looking at all objects of a bucket.

use super::AuditError;
use super::beginnings::Beginnings;
use super::body;
use super::cluster::Cluster;
use super::finding::{Finding, FindingKind};
use super::inventory::Inventory;
use super::names::{Meaning, Names, TopicPartition};
use super::object::{Claim, Seen, see};
use super::question::{Answers, Question};
use bytes::Bytes;
use delivery::{StoreError, StoreErrorKind};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use pipeline::s3::{Attributes, Bucket, Listed};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Bytes of bodies that are in memory at once; one that is larger comes alone.
const MOST_BYTES_IN_FLIGHT: u64 = 64 << 20;

/// What one permit of a body stands for.
const PERMIT_BYTES: u64 = 1 << 10;

/// How closely objects are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// By key, length and metadata.
    Metadata,
    /// By their bodies too.
    Bodies,
}

/// Looks at all objects of a bucket.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    pub(super) bucket: &'a Bucket,
    pub(super) names: &'a Names,
    pub(super) prefix: &'a str,
    pub(super) concurrency: usize,
    pub(super) depth: Depth,
    pub(super) cluster: Option<&'a Cluster>,
    bodies: Arc<Semaphore>,
}

/// What a look at one object tells.
struct Look {
    bytes: u64,
    was_opened: bool,
    seen: Option<Seen>,
    findings: Vec<Finding>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(
        bucket: &'a Bucket,
        (names, prefix): (&'a Names, &'a str),
        (depth, concurrency): (Depth, usize),
        cluster: Option<&'a Cluster>,
    ) -> Self {
        let permits = (MOST_BYTES_IN_FLIGHT / PERMIT_BYTES) as usize;
        let bodies = Arc::new(Semaphore::new(permits));
        Self { bucket, names, prefix, concurrency, depth, cluster, bodies }
    }

    /// Looks at every object once. `progress` is told of each.
    pub(super) async fn take(&self, progress: &(dyn Fn() + Sync)) -> Result<Inventory, AuditError> {
        let committed = |place: &TopicPartition| self.cluster?.committed(&place.topic, place.partition);
        let mut inventory = Inventory::default();
        let mut beginnings = Beginnings::default();
        let compares = self.depth == Depth::Bodies && self.cluster.is_some();
        let looks = self.listed().map_ok(|listed| self.look(listed)).try_buffer_unordered(self.concurrency);
        let mut looks = std::pin::pin!(looks);
        while let Some(look) = looks.try_next().await? {
            progress();
            inventory.tally.listed += 1;
            inventory.tally.bytes += look.bytes;
            inventory.tally.opened += u64::from(look.was_opened);
            look.findings.into_iter().for_each(|finding| inventory.find(finding));
            if let (Some(Seen::Ours(claim)), true) = (&look.seen, compares) {
                beginnings.add(claim);
            }
            if let Some(seen) = look.seen {
                inventory.add(seen, committed, |key| self.names.is_inside(key));
            }
            if let Some(cluster) = self.cluster.filter(|_| beginnings.are_many()) {
                beginnings.compare(cluster).await?.into_iter().for_each(|finding| inventory.find(finding));
            }
        }
        if let Some(cluster) = self.cluster {
            beginnings.compare(cluster).await?.into_iter().for_each(|finding| inventory.find(finding));
        }
        Ok(inventory)
    }

    /// Looks again at the objects that may answer what is open; answers are in the order of the questions.
    pub(super) async fn answer(
        &self,
        asked: &[Question],
        progress: &(dyn Fn() + Sync),
    ) -> Result<Vec<Answers>, AuditError> {
        let mut answers: Vec<Answers> = asked.iter().map(|_| Answers::default()).collect();
        if !asked.iter().any(Question::is_open) {
            return Ok(answers);
        }
        let looks = self.listed().map_ok(|listed| async move {
            let meaning = self.names.read(&listed.key);
            if !asked.iter().any(|question| question.may_concern(&meaning)) {
                return Ok(None);
            }
            let Some(attributes) = self.bucket.head(&listed.key).await? else { return Ok(None) };
            Ok::<_, AuditError>(see(listed.key, meaning, &attributes))
        });
        let mut looks = std::pin::pin!(looks.try_buffer_unordered(self.concurrency));
        while let Some(seen) = looks.try_next().await? {
            progress();
            let Some(Seen::Ours(claim)) = seen else { continue };
            for (question, answers) in asked.iter().zip(&mut answers) {
                if question.is_shown_by(&claim) {
                    answers.add(&claim);
                }
            }
        }
        Ok(answers)
    }

    fn listed(&self) -> impl Stream<Item = Result<Listed, AuditError>> {
        let pages = stream::iter(self.names.prefixes(self.prefix))
            .map(|prefix| self.bucket.list(&prefix).boxed())
            .flatten();
        pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten().map_err(AuditError::Store)
    }

    async fn look(&self, listed: Listed) -> Result<Look, AuditError> {
        let mut look = Look { bytes: listed.bytes, was_opened: false, seen: None, findings: Vec::new() };
        let meaning = self.names.read(&listed.key);
        // What consoles make for a folder is not anybody's object.
        let is_folder = listed.key.ends_with('/') && listed.bytes == 0;
        if is_folder || matches!(meaning, Meaning::Done | Meaning::OtherTopic) {
            return Ok(look);
        }
        let is_ours = matches!(meaning, Meaning::Data(_) | Meaning::Quarantine(_));
        let (attributes, body) = match self.depth {
            Depth::Bodies if is_ours => match self.open(&listed).await {
                Ok(None) => return Ok(look),
                Ok(Some((attributes, body))) => (attributes, Some(Ok(body))),
                Err(error) if error.kind == StoreErrorKind::Refused => {
                    let Some(attributes) = self.bucket.head(&listed.key).await? else { return Ok(look) };
                    (attributes, Some(Err(error)))
                }
                Err(error) => return Err(error.into()),
            },
            _ => match self.bucket.head(&listed.key).await? {
                // Somebody removed it meanwhile.
                None => return Ok(look),
                Some(attributes) => (attributes, None),
            },
        };
        look.was_opened = body.is_some();
        look.seen = see(listed.key, meaning, &attributes);
        if let Some(Seen::Ours(claim)) = &look.seen {
            look.findings.extend(claim.flaw());
            if let Some(body) = body
                && look.findings.is_empty()
            {
                look.findings = self.look_into(claim, attributes, body).await?;
            }
        }
        Ok(look)
    }

    /// What the body of an object shows.
    async fn look_into(
        &self,
        claim: &Claim,
        attributes: Attributes,
        body: Result<Body, StoreError>,
    ) -> Result<Vec<Finding>, AuditError> {
        let about = |kind| {
            Finding::of_object(kind, Some(claim.place()), &claim.key, claim.coverage.offsets().collect())
        };
        let findings = match body {
            Err(error) => vec![about(FindingKind::Unreadable).because(pipeline::chain(&error))],
            Ok(Body { bytes, _permit }) => {
                let inspected = claim.clone();
                let inspection = move || body::inspect(&inspected, &attributes, &bytes);
                match tokio::task::spawn_blocking(inspection).await {
                    Ok(findings) => findings,
                    // A decoder that gives up on a damaged page may do it by a panic.
                    Err(_) => vec![about(FindingKind::Unreadable).because("its decoder gave up")],
                }
            }
        };
        Ok(findings)
    }

    async fn open(&self, listed: &Listed) -> Result<Option<(Attributes, Body)>, StoreError> {
        let most = MOST_BYTES_IN_FLIGHT / PERMIT_BYTES;
        let permits = listed.bytes.div_ceil(PERMIT_BYTES).clamp(1, most);
        let permit = Arc::clone(&self.bodies).acquire_many_owned(permits as u32).await;
        let permit = permit.expect("the semaphore is never closed");
        let object = self.bucket.get(&listed.key).await?;
        Ok(object.map(|(attributes, bytes)| (attributes, Body { bytes, _permit: permit })))
    }
}

/// A body, and the room in memory that it takes.
struct Body {
    bytes: Bytes,
    _permit: tokio::sync::OwnedSemaphorePermit,
}
