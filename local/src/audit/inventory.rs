//! All that was seen, by topic and partition.

use super::finding::{Finding, FindingKind};
use super::ledger::Ledger;
use super::names::TopicPartition;
use super::object::{Claim, Seen, Stray};
use super::ranges::Ranges;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many findings about single objects are kept; of more it is only known how many there are.
const MOST_FINDINGS: usize = 10_000;

/// All that was seen, by topic and partition.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// What stands in objects.
    pub partitions: BTreeMap<TopicPartition, Ledger>,
    /// Objects that say they are ours but don't belong to their keys.
    pub strays: Vec<Stray>,
    /// What single objects show.
    pub findings: Vec<Finding>,
    /// How many objects there were, of which kind.
    pub tally: Tally,
    foreign: [Option<Finding>; 2],
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Objects that were listed.
    pub listed: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Objects with records.
    pub objects: u64,
    /// Markers.
    pub markers: u64,
    /// Objects with rejected records.
    pub quarantine_objects: u64,
    /// Objects with rejected records that were replayed.
    pub replayed_objects: u64,
    /// Objects that are not ours.
    pub foreign: u64,
    /// Objects that were opened.
    pub opened: u64,
    /// Findings about single objects beyond those that are named.
    pub more_findings: u64,
}

impl Inventory {
    /// Enters an object of ours, or what is not.
    ///
    /// `committed` tells what the group reads next in a partition, and `is_inside` whether all that stands at a key
    /// should be ours.
    pub(super) fn add(
        &mut self,
        seen: Seen,
        committed: impl Fn(&TopicPartition) -> Option<i64>,
        is_inside: impl Fn(&str) -> bool,
    ) {
        match seen {
            Seen::Ours(claim) => {
                self.count(&claim);
                self.ledger(claim.place(), committed).add(&claim);
            }
            Seen::Replayed(claim) => {
                self.tally.replayed_objects += 1;
                self.ledger(claim.place(), committed).add_replayed(&claim);
            }
            Seen::Stray(stray) if self.strays.len() < MOST_FINDINGS => self.strays.push(stray),
            Seen::Stray(_) => self.tally.more_findings += 1,
            Seen::Damaged(parts, kind, finding) => {
                self.ledger(TopicPartition::from(&parts), committed).add_start(kind, parts.offset);
                self.find(finding);
            }
            Seen::Foreign(key) => {
                self.tally.foreign += 1;
                let (index, kind) = match is_inside(&key) {
                    true => (0, FindingKind::Foreign),
                    false => (1, FindingKind::ForeignElsewhere),
                };
                match &mut self.foreign[index] {
                    Some(finding) => finding.name(&key),
                    none => *none = Some(Finding::of_object(kind, None, &key, Ranges::default())),
                }
            }
        }
    }

    /// Enters what single objects show.
    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.tally.more_findings += 1;
        }
    }

    /// The ledger of a partition, new if need be.
    pub(super) fn ledger(
        &mut self,
        place: TopicPartition,
        committed: impl Fn(&TopicPartition) -> Option<i64>,
    ) -> &mut Ledger {
        self.partitions.entry(place).or_insert_with_key(|place| Ledger::new(committed(place)))
    }

    /// What there is to say of objects that are not ours.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Finding> {
        self.foreign.iter().flatten()
    }

    fn count(&mut self, claim: &Claim) {
        use super::names::Kind::{Data, Quarantine};
        match (claim.is_marker(), claim.kind) {
            (true, _) => self.tally.markers += 1,
            (false, Data) => self.tally.objects += 1,
            (false, Quarantine) => self.tally.quarantine_objects += 1,
        }
    }
}
