//! The protocol.

use crate::{Coverage, Creation, DeliveryError, Metadata, Object, Retry, Store, StoreError, StoreErrorKind};
use backon::Sleeper;
use bytes::Bytes;
use record::Identity;
use std::error::Error;
use std::ops::Range;
use std::sync::atomic::AtomicU64;

/// A group of records, as far as delivering it needs to know it.
pub trait Deliverable: Sync {
    /// The topic.
    fn topic(&self) -> &str;

    /// The records' offsets: ascending, at least one.
    fn offsets(&self) -> &[i64];

    /// The identity of the record at an index of [`Deliverable::offsets`].
    fn identity(&self, index: usize) -> Identity;

    /// The key of the group's object that starts at this offset.
    fn key(&self, offset: i64) -> String;

    /// How many records, from this index of [`Deliverable::offsets`] on, one object can hold: at least one.
    ///
    /// It may depend on what else is in the batch: to the store the pieces are shorter batches.
    fn together(&self, from: usize) -> usize {
        self.offsets().len() - from
    }

    /// The body that holds the records at these indices; for none, an empty object, valid in its format.
    ///
    /// # Errors
    ///
    /// When the encoder fails.
    fn body(&self, rows: Range<usize>, coverage: &Coverage) -> Result<Bytes, BodyError>;

    /// The objects' `Content-Type`.
    fn content_type(&self) -> &'static str;

    /// The objects' `Content-Encoding`.
    fn content_encoding(&self) -> Option<&'static str>;
}

/// An encoder failed.
#[derive(Debug, thiserror::Error)]
#[error("encoder failed")]
pub struct BodyError(#[source] pub Box<dyn Error + Send + Sync>);

/// What delivering did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Objects with records that were written.
    pub objects: u64,
    /// Records in those.
    pub records: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Records that were found written already.
    pub redelivered: u64,
    /// Objects without records that were written, to answer for offsets of a longer object.
    pub markers: u64,
    /// Requests that were made again.
    pub retries: u64,
}

impl std::ops::AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.objects += other.objects;
        self.records += other.records;
        self.bytes += other.bytes;
        self.redelivered += other.redelivered;
        self.markers += other.markers;
        self.retries += other.retries;
    }
}

/// Delivers a group: afterwards each of its offsets stands in exactly one object.
///
/// Where the coverage of all offsets would not fit the metadata, or one object can't hold all records, the group is
/// delivered piece by piece, in order: to the store that is the same as a sequence of shorter batches, which the protocol is made for.
///
/// # Errors
///
/// When an offset could not be shown to be in the store. Then some objects may be written; delivering again
/// finds them.
pub async fn deliver<S: Store, Z: Sleeper<Sleep: Send> + Clone + Sync>(
    store: &S,
    retry: &Retry<Z>,
    group: &impl Deliverable,
) -> Result<Delivered, DeliveryError> {
    let offsets = group.offsets();
    let mut delivered = Delivered::default();
    let retries = AtomicU64::new(0);
    let (mut next, mut after) = (0, None);
    while next < offsets.len() {
        let piece = next..next + Coverage::fitting(&offsets[next..]).min(group.together(next));
        (next, after) = deliver_piece(store, retry, &retries, group, (piece, after), &mut delivered).await?;
    }
    delivered.retries = retries.into_inner();
    Ok(delivered)
}

/// Delivers the records of one object, or finds them delivered; returns the index of the next record to deliver,
/// and the offset of the object that was found, if one was.
async fn deliver_piece<S: Store, Z: Sleeper<Sleep: Send> + Clone + Sync>(
    store: &S,
    retry: &Retry<Z>,
    retries: &AtomicU64,
    group: &impl Deliverable,
    (piece, after): (Range<usize>, Option<i64>),
    delivered: &mut Delivered,
) -> Result<(usize, Option<i64>), DeliveryError> {
    let offsets = &group.offsets()[piece.clone()];
    let identity = Some(group.identity(piece.start));
    let object = Object { after, identity, ..object(group, piece.clone(), Coverage::of(offsets))? };
    if create(store, retry, retries, &object).await? == Creation::Created {
        delivered.objects += 1;
        delivered.records += offsets.len() as u64;
        delivered.bytes += object.body.len() as u64;
        return Ok((piece.end, None));
    }

    let covered = standing_coverage(store, retry, retries, group, &object).await?;
    // An object of a batch whose coverage was not split may reach beyond the piece.
    let offsets = &group.offsets()[piece.start..];
    let met = Some(offsets[0]);
    let known = offsets.partition_point(|offset| *offset <= covered.last());
    if let Some(offset) = offsets[..known].iter().find(|offset| !covered.contains(**offset)) {
        let topic = group.topic().to_owned();
        return Err(DeliveryError::NotCovered { key: object.key, topic, offset: *offset });
    }
    delivered.redelivered += known as u64;
    // The batch ends inside the object: the next batch starts there, and must learn that it is covered.
    if known == offsets.len()
        && let Some(rest) = covered.above(offsets[known - 1])
    {
        let marker = Object { after: met, ..self::object(group, 0..0, rest)? };
        if create(store, retry, retries, &marker).await? == Creation::Created {
            delivered.markers += 1;
        }
    }
    Ok((piece.start + known, met))
}

/// The object of these rows, or a marker for none, as the first that its writer makes.
fn object(group: &impl Deliverable, rows: Range<usize>, coverage: Coverage) -> Result<Object, DeliveryError> {
    let key = group.key(coverage.first());
    match group.body(rows, &coverage) {
        Ok(body) => Ok(Object {
            key,
            body,
            content_type: group.content_type(),
            content_encoding: group.content_encoding(),
            coverage,
            identity: None,
            after: None,
        }),
        Err(source) => Err(DeliveryError::Body { key, source }),
    }
}

async fn create<S: Store, Z: Sleeper<Sleep: Send> + Clone + Sync>(
    store: &S,
    retry: &Retry<Z>,
    retries: &AtomicU64,
    object: &Object,
) -> Result<Creation, DeliveryError> {
    retry
        .run(retries, || store.create(object))
        .await
        .map_err(|source| DeliveryError::Store { key: object.key.clone(), source })
}

/// The coverage of the object that stands where `ours` would go, once it is shown to be an earlier try of ours.
async fn standing_coverage<S: Store, Z: Sleeper<Sleep: Send> + Clone + Sync>(
    store: &S,
    retry: &Retry<Z>,
    retries: &AtomicU64,
    group: &impl Deliverable,
    ours: &Object,
) -> Result<Coverage, DeliveryError> {
    let Metadata { coverage, identity } = retry
        .run(retries, || async { store.head(&ours.key).await?.ok_or_else(|| vanished(&ours.key)) })
        .await
        .map_err(|source| DeliveryError::Store { key: ours.key.clone(), source })?;

    let key = || ours.key.clone();
    let Some(text) = coverage else { return Err(DeliveryError::Foreign { key: key() }) };
    // A marker has no identity: who reaches it has passed the object before it.
    if identity.is_some() && identity != ours.identity.map(|identity| identity.to_string()) {
        return Err(DeliveryError::AnotherRecord { key: key(), topic: group.topic().to_owned() });
    }
    match text.parse::<Coverage>() {
        Ok(coverage) if coverage.first() == ours.coverage.first() => Ok(coverage),
        Ok(_) => Err(DeliveryError::Coverage { key: key(), coverage: text, source: None }),
        Err(source) => Err(DeliveryError::Coverage { key: key(), coverage: text, source: Some(source) }),
    }
}

fn vanished(key: &str) -> StoreError {
    StoreError {
        kind: StoreErrorKind::Unavailable,
        message: format!(
            "PutObject says that {key} exists, HeadObject that it does not: was it deleted just now?"
        ),
        source: None,
    }
}
