//! What the offsets in the objects mean, next to what Kafka has.

use super::cluster::Cluster;
use super::finding::{Finding, FindingKind};
use super::gaps::{Gaps, View, gaps};
use super::inventory::{Inventory, Tally};
use super::ledger::Ledger;
use super::names::TopicPartition;
use super::question::Question;
use super::ranges::Ranges;
use super::report::PartitionReport;
use super::{Audit, AuditError, Step, Tombstones};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Judges all partitions.
pub(super) async fn judge(
    audit: &Audit<'_>,
    mut inventory: Inventory,
    progress: &(dyn Fn(Step<'_>) + Sync),
) -> Result<(Vec<Question>, Vec<PartitionReport>, Tally), AuditError> {
    if let Some(cluster) = audit.cluster {
        add_partitions_of_kafka(audit, cluster, &mut inventory);
    }
    let mut questions = Vec::new();
    let mut partitions = Vec::new();
    for (place, ledger) in &inventory.partitions {
        progress(Step::Reading(place));
        let held = ledger.held();
        let view = match audit.cluster {
            Some(cluster) => view(cluster, place, ledger, &mut questions).await?,
            None => None,
        };
        let Gaps { expired, due, pending, beyond } = gaps(&held, view);
        let mut find = |kind: FindingKind, offsets: Ranges| {
            if !offsets.is_empty() {
                questions.push(Question::answered(Finding::of_offsets(kind, place, offsets)));
            }
        };
        match (audit.cluster, view) {
            (Some(cluster), Some(_)) => {
                let [records, tombstones] = read(cluster, place, &due).await?;
                let ignored = match audit.tombstones {
                    Tombstones::Ignored => tombstones,
                    Tombstones::Kept => Ranges::default(),
                };
                find(FindingKind::Lost, records.without(&ignored));
                find(FindingKind::Ignored, ignored);
                find(FindingKind::NotInKafka, due.without(&records));
                if cluster.group().is_some() {
                    find(FindingKind::NotDelivered, pending);
                } else {
                    // Behind the last object may be the mark of a transaction, which is nothing to wait for.
                    let [records, _] = read(cluster, place, &pending).await?;
                    find(FindingKind::NotInKafka, pending.without(&records));
                    find(FindingKind::Undecided, records);
                }
            }
            _ => find(FindingKind::Missing, due),
        }
        find(FindingKind::Expired, expired);
        find(FindingKind::BeyondEnd, beyond);
        questions.extend(Question::of_ledger(place, ledger));
        partitions.push(PartitionReport::new(place, ledger, view));
    }
    questions.extend(inventory.foreign().cloned().map(Question::answered));
    questions.extend(inventory.findings.into_iter().map(Question::answered));
    questions.extend(inventory.strays.into_iter().map(Question::original_of));
    Ok((questions, partitions, inventory.tally))
}

/// Adds partitions that should have objects and have none.
fn add_partitions_of_kafka(audit: &Audit<'_>, cluster: &Cluster, inventory: &mut Inventory) {
    let seen = inventory.partitions.keys().map(|place| place.topic.as_str());
    let named = audit.names.topics().map(String::as_str);
    let topics: BTreeSet<String> =
        seen.chain(named).chain(cluster.committed_topics()).map(str::to_owned).collect();
    for topic in topics {
        for partition in cluster.partitions(&topic).unwrap_or_default() {
            let place = TopicPartition {
                cluster: audit.names.cluster_in_keys().map(str::to_owned),
                topic: topic.clone(),
                partition: *partition,
            };
            inventory.ledger(place, |place| cluster.committed(&place.topic, place.partition));
        }
    }
}

/// What Kafka says of a partition; none, and a finding, where it has no such partition.
async fn view(
    cluster: &Cluster,
    place: &TopicPartition,
    ledger: &Ledger,
    questions: &mut Vec<Question>,
) -> Result<Option<View>, AuditError> {
    let mut find =
        |kind, offsets| questions.push(Question::answered(Finding::of_offsets(kind, place, offsets)));
    let TopicPartition { topic, partition, .. } = place;
    let Some(partitions) = cluster.partitions(topic) else {
        find(FindingKind::NoTopic, Ranges::default());
        return Ok(None);
    };
    if !partitions.contains(partition) {
        find(FindingKind::NoPartition, ledger.held());
        return Ok(None);
    }
    // As they are now: what was written while we looked is there.
    let watermarks = cluster.topics().watermarks(topic, *partition).await?;
    let committed = ledger.committed();
    if let (Some(_), None) = (cluster.group(), committed) {
        find(FindingKind::NothingCommitted, Ranges::default());
    }
    if let Some(committed) = committed.filter(|committed| *committed > watermarks.high) {
        let beyond = Ranges::of(watermarks.high..=committed - 1);
        let finding = Finding::of_offsets(FindingKind::BeyondEnd, place, beyond)
            .because(format_args!("the group has committed offset {committed}"));
        questions.push(Question::answered(finding));
    }
    Ok(Some(View { watermarks, committed }))
}

/// Which of these offsets have records in Kafka, and which of those are tombstones.
async fn read(
    cluster: &Cluster,
    place: &TopicPartition,
    offsets: &Ranges,
) -> Result<[Ranges; 2], AuditError> {
    if offsets.is_empty() {
        return Ok(Default::default());
    }
    let found = Arc::<Mutex<[Ranges; 2]>>::default();
    let entered = Arc::clone(&found);
    let seen = move |standing: crate::kafka::Standing| {
        let mut found = entered.lock().unwrap_or_else(PoisonError::into_inner);
        found[0].push(standing.offset);
        if standing.is_tombstone {
            found[1].push(standing.offset);
        }
    };
    cluster.topics().read(&place.topic, place.partition, offsets.iter().collect(), seen).await?;
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(found)
}
