//! What an object holds that is to be replayed: its bytes tell.

use super::survey::{Extent, Kind};
use crate::s3::Attributes;
use bytes::Bytes;
use delivery::Metadata;
use encoding::{QuarantineLinesError, QuarantinedRecord, read_quarantine_lines};
use record::event::on_failure::{OnFailureError, OnFailureRecord};
use record::event::{self, EventError, EventWriter, Replay};
use record::{Batch, Source};
use std::collections::BTreeMap;

/// Longest event that Lambda takes, in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;

/// What an object holds.
#[derive(Debug)]
pub(super) enum Contents {
    /// A batch that a mapping gave up.
    OnFailure {
        /// Lambda's word for why.
        condition: String,
        /// The event, as it was.
        event: String,
        /// What the event reads as.
        batch: Batch,
    },
    /// Records that a sink rejected; at least one.
    Quarantine(Vec<QuarantinedRecord>),
    /// A marker of a quarantine object: it holds nothing.
    Marker,
}

/// An object is nothing that can be replayed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContentsError {
    #[error("it is neither an on-failure record of Lambda's ({on_failure}) nor quarantine lines")]
    Neither { on_failure: OnFailureError, source: QuarantineLinesError },
    #[error("it is empty")]
    Empty,
    #[error("it is an on-failure record without the payload: only an S3 destination has it")]
    NoPayload,
    #[error("its payload is not an event of Kafka's")]
    NoEvent(#[source] EventError),
    #[error("its event has {bytes} bytes, and Lambda takes {MAX_EVENT_BYTES}")]
    EventTooLarge { bytes: usize },
    #[error("{record:?} makes an event of more than the {MAX_EVENT_BYTES} bytes that Lambda takes")]
    RecordTooLarge { record: QuarantinedRecord },
    #[error("its records come from several clusters")]
    SeveralClusters,
}

/// An event that asks to be taken as a replay, and how many records it has.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) event: Bytes,
    pub(super) records: u64,
    /// Whether the event had no room for the question: then only the mapping's own answer comes back.
    pub(super) is_silent: bool,
}

impl Contents {
    /// Reads an object.
    pub(super) fn read(attributes: &Attributes, body: &[u8]) -> Result<Self, ContentsError> {
        let on_failure = match OnFailureRecord::from_json(body) {
            Ok(record) => return Self::of_batch(record),
            Err(error) => error,
        };
        match read_quarantine_lines(body) {
            Ok(records) if !records.is_empty() => Ok(Self::Quarantine(records)),
            Ok(_) if attributes.metadata.contains_key(Metadata::COVERAGE) => Ok(Self::Marker),
            Ok(_) => Err(ContentsError::Empty),
            Err(source) => Err(ContentsError::Neither { on_failure, source }),
        }
    }

    fn of_batch(record: OnFailureRecord) -> Result<Self, ContentsError> {
        let event = record.payload.ok_or(ContentsError::NoPayload)?;
        let batch = event::parse(event.as_bytes()).map_err(ContentsError::NoEvent)?;
        if event.len() > MAX_EVENT_BYTES {
            return Err(ContentsError::EventTooLarge { bytes: event.len() });
        }
        Ok(Self::OnFailure { condition: record.request_context.condition, event, batch })
    }

    /// What kind it is; none for a marker.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::OnFailure { .. } => Some(Kind::OnFailure),
            Self::Quarantine(_) => Some(Kind::Quarantine),
            Self::Marker => None,
        }
    }

    /// Which offsets it has of which topic-partitions.
    pub(super) fn extents(&self) -> Vec<Extent> {
        let mut extents: BTreeMap<(String, i32), Extent> = BTreeMap::new();
        let mut add = |topic: &str, partition: i32, offset: i64| {
            let extent = extents.entry((topic.to_owned(), partition)).or_insert_with(|| Extent {
                topic: topic.to_owned(),
                partition,
                first: offset,
                last: offset,
                records: 0,
            });
            extent.first = extent.first.min(offset);
            extent.last = extent.last.max(offset);
            extent.records += 1;
        };
        match self {
            Self::OnFailure { batch, .. } => {
                batch.records().for_each(|record| add(record.topic(), record.partition(), record.offset()));
            }
            Self::Quarantine(records) => {
                records.iter().for_each(|record| add(&record.topic, record.partition, record.offset));
            }
            Self::Marker => {}
        }
        extents.into_values().collect()
    }

    /// Why it is there: Lambda's condition, or what was wrong, each with how often.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::OnFailure { condition, .. } => condition.clone(),
            Self::Quarantine(records) => {
                let mut kinds: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
                for record in records {
                    kinds.entry(&record.error_kind).or_insert((0, &record.error_message)).0 += 1;
                }
                let told = kinds.iter().map(|(kind, (count, message))| match count {
                    1 => format!("{kind}: {message}"),
                    _ => format!("{count} × {kind}, the first: {message}"),
                });
                told.collect::<Vec<_>>().join("; ")
            }
            Self::Marker => String::new(),
        }
    }

    /// The events to invoke the function with, in order; quarantined records come from `cluster_arn` where their
    /// object names no cluster.
    ///
    /// A quarantine object is one event, or as few as it takes: each record is delivered on its own anyway.
    pub(super) fn into_asks(self, cluster_arn: Option<&str>) -> Result<Vec<Ask>, ContentsError> {
        match self {
            Self::OnFailure { event, batch, .. } => {
                let asking = Replay::Batch.ask(event.as_bytes()).filter(|it| it.len() <= MAX_EVENT_BYTES);
                let is_silent = asking.is_none();
                let event = asking.map_or_else(|| event.into_bytes().into(), Bytes::from);
                Ok(vec![Ask { event, records: batch.len() as u64, is_silent }])
            }
            Self::Quarantine(records) => asks_of_records(&records, cluster_arn),
            Self::Marker => Ok(Vec::new()),
        }
    }
}

fn asks_of_records(
    records: &[QuarantinedRecord],
    cluster_arn: Option<&str>,
) -> Result<Vec<Ask>, ContentsError> {
    let arn = records[0].event_source_arn.as_deref();
    if records.iter().any(|record| record.event_source_arn.as_deref() != arn) {
        return Err(ContentsError::SeveralClusters);
    }
    let source = match arn.or(cluster_arn) {
        Some(arn) => Source::Msk { cluster_arn: Some(arn.to_owned()) },
        None => Source::SelfManaged,
    };
    let room = MAX_EVENT_BYTES - Replay::Records.overhead();
    let mut asks = Vec::new();
    let (mut event, mut count) = (EventWriter::new(source.clone(), String::new()), 0);
    for record in records {
        let mut is_in = record.in_event(|record| event.push_record_within(record, room));
        if !is_in && count > 0 {
            let full = std::mem::replace(&mut event, EventWriter::new(source.clone(), String::new()));
            asks.push(ask_of(full, std::mem::take(&mut count)));
            is_in = record.in_event(|record| event.push_record_within(record, room));
        }
        if !is_in {
            return Err(ContentsError::RecordTooLarge { record: record.clone() });
        }
        count += 1;
    }
    asks.push(ask_of(event, count));
    Ok(asks)
}

fn ask_of(event: EventWriter, records: u64) -> Ask {
    let event = Replay::Records.ask(&event.finish()).expect("an event is an object with members");
    Ask { event: event.into(), records, is_silent: false }
}
