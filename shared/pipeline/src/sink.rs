//! One invocation: from a batch to a report.

use crate::chain::chain;
use crate::cluster::cluster_name;
use crate::format::{Format, Patience};
use crate::parcel::Parcel;
use crate::report::{FailedPartition, Report, StillBad};
use crate::settings::{FormatSettings as _, Settings, Tolerance};
use backon::{ExponentialBuilder, Sleeper};
use delivery::{Delivered, DeliveryError, Retry, Store, deliver};
use encoding::{Encode, QuarantineLines};
use futures_util::StreamExt as _;
use naming::{Path, Place};
use partitioning::Group;
use record::event::{EventError, Replay};
use record::{Batch, Record, Rejection, RejectionKind, Row};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Writes batches to a store.
#[derive(Debug)]
pub struct Sink<S, F: Format> {
    settings: Settings<F::Settings>,
    store: S,
    format: F,
    quarantine_lines: QuarantineLines,
}

/// Why an invocation failed: its batch comes again, and nothing is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvocationError {
    /// The event is not a batch of Kafka's.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A schema could not be had of its registry.
    #[cfg(feature = "parquet")]
    #[error(transparent)]
    Registry(#[from] schema::RegistryError),
    /// What the settings name, a secret or a schema, could not be fetched.
    #[error("{what} could not be fetched: {message}")]
    Setting {
        /// What.
        what: String,
        /// Why not, and what to do.
        message: String,
    },
    /// A group could not be delivered.
    #[error("batch is not delivered")]
    Delivery(#[from] DeliveryError),
    /// A bad record, and the settings have no tolerance for it.
    #[error("record {record} is refused by errors.tolerance=none: {message}")]
    BadRecord {
        /// Its topic-partition@offset.
        record: String,
        /// What is wrong with it.
        message: String,
    },
    /// The key needs the cluster's name, and nothing tells it.
    #[error("object.key.template has {{cluster}}, but the event names no MSK cluster: set cluster.name")]
    NoCluster,
    /// The time that Lambda gives is over.
    #[error("batch could not be delivered within the {} ms that the function's timeout leaves", .0.as_millis())]
    OutOfTime(Duration),
}

impl InvocationError {
    /// A stable word for what failed, to alarm on: Lambda's `errorType`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "EventMalformed",
            #[cfg(feature = "parquet")]
            Self::Registry(_) => "RegistryFailed",
            Self::Setting { .. } => "SettingNotFetched",
            Self::Delivery(error) => error.kind(),
            Self::BadRecord { .. } => "BadRecord",
            Self::NoCluster => "NoCluster",
            Self::OutOfTime(_) => "OutOfTime",
        }
    }
}

/// What an invocation has of time.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z; only the wall clock extractor looks at it.
    pub now_ms: i64,
    /// How long it may take.
    pub left: Duration,
}

impl<S: Store, F: Format> Sink<S, F> {
    /// A sink that does as it is told, over this store.
    pub fn new(settings: Settings<F::Settings>, format: F, store: S) -> Self {
        let quarantine_lines = QuarantineLines::new(settings.format.quarantine_compression());
        Self { settings, store, format, quarantine_lines }
    }

    /// What the sink is told to do.
    pub fn settings(&self) -> &Settings<F::Settings> {
        &self.settings
    }

    /// Where the sink writes.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Delivers a batch: afterwards each record is in an object, as data or in quarantine.
    ///
    /// # Errors
    ///
    /// When that could not be shown for every record; where the settings let failed partitions be named, they are
    /// in the report instead.
    pub async fn deliver<Z>(&self, batch: &Batch, time: Time, sleeper: Z) -> Result<Report, InvocationError>
    where
        Z: Sleeper<Sleep: Send> + Clone + Send + Sync,
    {
        let cluster = self.cluster(batch)?;
        let patience = Patience { left: time.left, sleeper: sleeper.clone() };
        let decoded = self.format.decode(batch, &patience).await?;
        let mut rejections = decoded.rejections;
        let grouped = partitioning::group(decoded.rows, &self.settings.partitioning, time.now_ms);
        rejections.extend(grouped.rejections);
        let mut groups = self.reject_long_keys(grouped.groups, cluster, &mut rejections);
        let are_out_of_quarantine = batch.replay() == Some(Replay::Records);
        if let (Tolerance::None, Some(rejection), false) =
            (self.settings.tolerance, rejections.first(), are_out_of_quarantine)
        {
            let record = format!("{:?}", rejection.record);
            return Err(InvocationError::BadRecord { record, message: rejection.message.clone() });
        }

        let mut report =
            Report { records: batch.len() as u64, ignored: decoded.ignored as u64, ..Report::default() };
        for rejection in &rejections {
            *report.rejected.entry(rejection.kind.as_str()).or_default() += 1;
        }
        if are_out_of_quarantine {
            groups = each_alone(groups);
            report.still_bad = rejections.drain(..).map(|rejection| still_bad(&rejection)).collect();
        }
        let data = groups.into_iter().map(|Group { path, rows }| {
            let (naming, encoder) = (&self.settings.naming, self.format.encoder());
            Parcel::new(rows, |row| row.record(), path, cluster, naming, encoder)
        });
        let quarantine = by_partition(rejections).into_iter().map(|(partition, rejections)| {
            let path = Path::of_partition(partition);
            let (naming, encoder) = (&self.settings.quarantine, &self.quarantine_lines);
            Parcel::new(rejections, |rejection| rejection.record, path, cluster, naming, encoder)
        });

        let retry = Retry { backoff: self.backoff(time.left), sleeper };
        let failures = Failures::new(self.settings.report_item_failures);
        report.data = self.deliver_all(data, &retry, &failures).await;
        report.quarantine = self.deliver_all(quarantine, &retry, &failures).await;
        report.failed = failures.settle(batch)?;
        Ok(report)
    }

    /// Delivers parcels side by side; after a failure, none of the same fate is begun.
    async fn deliver_all<'a, 'b, R, E, Z>(
        &self,
        parcels: impl Iterator<Item = Parcel<'a, 'b, R, E>>,
        retry: &Retry<Z>,
        failures: &Failures<'b>,
    ) -> Delivered
    where
        R: Sync,
        E: Encode<R> + Sync + 'a,
        Z: Sleeper<Sleep: Send> + Clone + Sync,
    {
        let deliveries = parcels.map(|parcel| async move {
            if failures.concern(parcel.topic_partition()) {
                return Delivered::default();
            }
            deliver(&self.store, retry, &parcel).await.unwrap_or_else(|error| {
                failures.add(parcel.topic_partition(), error);
                Delivered::default()
            })
        });
        let mut total = Delivered::default();
        let mut deliveries =
            futures_util::stream::iter(deliveries).buffer_unordered(self.settings.s3.concurrency);
        while let Some(delivered) = deliveries.next().await {
            total += delivered;
        }
        total
    }

    fn cluster<'a>(&'a self, batch: &'a Batch) -> Result<&'a str, InvocationError> {
        let name = self.settings.cluster_name.as_deref().or_else(|| cluster_name(batch.source()));
        match name {
            Some(name) => Ok(name),
            None if self.settings.naming.template.uses_cluster() => Err(InvocationError::NoCluster),
            None => Ok(""),
        }
    }

    /// Takes out what would have a key that S3 doesn't take; a property of the path, so of the record.
    fn reject_long_keys<'b, R: Row<'b>>(
        &self,
        groups: Vec<Group<R>>,
        cluster: &str,
        rejections: &mut Vec<Rejection<'b>>,
    ) -> Vec<Group<R>> {
        let (groups, too_long): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| {
            let record = group.rows[0].record();
            let (topic, partition) = (record.topic(), record.partition());
            self.settings.naming.fits(&Place { cluster, topic, partition, path: &group.path })
        });
        rejections.extend(too_long.iter().flat_map(|group| &group.rows).map(|row| Rejection {
            record: row.record(),
            kind: RejectionKind::KeyTooLong,
            message: format!("the object's key would be longer than {} bytes", naming::MAX_KEY_BYTES),
        }));
        groups
    }

    /// Pauses that double, each of them longer by up to itself at random, within what is left of the time.
    fn backoff(&self, left: Duration) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_jitter()
            .with_factor(2.0)
            .with_min_delay(self.settings.s3.backoff)
            .without_max_delay()
            .with_max_times(self.settings.s3.retries)
            .with_total_delay(Some(left))
    }
}

/// Makes a group of each row: how many of the records of a quarantine object are good by now may differ from replay to
/// replay, and what shares an object must not depend on it.
fn each_alone<R>(groups: Vec<Group<R>>) -> Vec<Group<R>> {
    let alone = |Group { path, rows }: Group<R>| {
        rows.into_iter().map(move |row| Group { path: path.clone(), rows: vec![row] })
    };
    groups.into_iter().flat_map(alone).collect()
}

fn still_bad(rejection: &Rejection<'_>) -> StillBad {
    let Rejection { record, kind, message } = rejection;
    StillBad {
        topic: record.topic().to_owned(),
        partition: record.partition(),
        offset: record.offset(),
        kind: kind.as_str(),
        message: message.clone(),
    }
}

/// Rejected records by topic and partition, by ascending offset.
fn by_partition<'b>(rejections: Vec<Rejection<'b>>) -> Vec<(i32, Vec<Rejection<'b>>)> {
    let mut partitions: BTreeMap<(&'b str, i32), Vec<Rejection<'b>>> = BTreeMap::new();
    for rejection in rejections {
        let record = rejection.record;
        partitions.entry((record.topic(), record.partition())).or_default().push(rejection);
    }
    let mut partitions: Vec<_> =
        partitions.into_iter().map(|((_, partition), rows)| (partition, rows)).collect();
    for (_, rejections) in &mut partitions {
        rejections.sort_by_key(|rejection| rejection.record.offset());
    }
    partitions
}

/// The partitions that could not be delivered.
#[derive(Debug)]
struct Failures<'b> {
    /// Whether one partition's failure is none of the others' business.
    are_apart: bool,
    first: Mutex<BTreeMap<(&'b str, i32), DeliveryError>>,
}

impl<'b> Failures<'b> {
    fn new(are_apart: bool) -> Self {
        Self { are_apart, first: Mutex::default() }
    }

    fn add(&self, partition: (&'b str, i32), error: DeliveryError) {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).entry(partition).or_insert(error);
    }

    /// Whether delivering more of a partition is in vain.
    fn concern(&self, partition: (&'b str, i32)) -> bool {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if self.are_apart { first.contains_key(&partition) } else { !first.is_empty() }
    }

    /// Names the failed partitions, each by its first offset in the batch: its whole part comes again, so that the
    /// next batch of it starts where this one did.
    fn settle(self, batch: &Batch) -> Result<Vec<FailedPartition>, DeliveryError> {
        let first = self.first.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !self.are_apart {
            return first.into_values().next().map_or_else(|| Ok(Vec::new()), Err);
        }
        let failed = |((topic, partition), error): ((&'b str, i32), DeliveryError)| {
            let of_partition =
                batch.records().filter(|it| (it.topic(), it.partition()) == (topic, partition));
            FailedPartition {
                topic: topic.to_owned(),
                partition,
                offset: of_partition.map(Record::offset).min().expect("a failed partition has records"),
                reason: chain(&error).to_string(),
            }
        };
        Ok(first.into_iter().map(failed).collect())
    }
}
