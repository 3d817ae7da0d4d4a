//! The first records of objects, to be compared with Kafka's.

use super::AuditError;
use super::cluster::Cluster;
use super::finding::{Finding, FindingKind};
use super::names::TopicPartition;
use super::object::Claim;
use super::ranges::Ranges;
use std::collections::BTreeMap;

/// How many are kept before they are compared: objects come in the order of their keys, and partitions are read in the
/// order of their offsets.
const MOST_KEPT: usize = 50_000;

/// The first records of objects, to be compared with Kafka's.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    by_place: BTreeMap<TopicPartition, BTreeMap<i64, Vec<Beginning>>>,
    kept: usize,
}

#[derive(Debug)]
struct Beginning {
    key: String,
    identity: String,
    offsets: Ranges,
}

impl Beginnings {
    /// Keeps an object's, if it has records.
    pub(crate) fn add(&mut self, claim: &Claim) {
        let Some(identity) = claim.identity.clone() else { return };
        let offsets = claim.coverage.offsets().collect();
        let beginning = Beginning { key: claim.key.clone(), identity, offsets };
        let of_place = self.by_place.entry(claim.place()).or_default();
        of_place.entry(claim.coverage.first()).or_default().push(beginning);
        self.kept += 1;
    }

    /// Whether it is time to compare them.
    pub(crate) fn are_many(&self) -> bool {
        self.kept >= MOST_KEPT
    }

    /// Compares them with what Kafka has now, where it has anything, and forgets them.
    pub(crate) async fn compare(&mut self, cluster: &Cluster) -> Result<Vec<Finding>, AuditError> {
        let mut findings = Vec::new();
        self.kept = 0;
        for (place, beginnings) in std::mem::take(&mut self.by_place) {
            let in_kafka = cluster.identities(&place, beginnings.keys().copied().collect()).await?;
            for (first, beginnings) in beginnings {
                let Some(identity) = in_kafka.get(&first).map(ToString::to_string) else { continue };
                let others = beginnings.into_iter().filter(|beginning| beginning.identity != identity);
                findings.extend(others.map(|Beginning { key, offsets, .. }| {
                    Finding::of_object(FindingKind::AnotherRecord, Some(place.clone()), &key, offsets)
                        .because(format_args!("offset {first}"))
                }));
            }
        }
        Ok(findings)
    }
}
