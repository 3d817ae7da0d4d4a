//! What only a second look at the objects tells: which of them show a finding.

use super::finding::{Finding, FindingKind, MOST_NAMES};
use super::ledger::{Ledger, read_on_at, unsigned};
use super::names::{Kind, Meaning, TopicPartition};
use super::object::{Claim, Stray};
use super::ranges::Ranges;
use roaring::RoaringTreemap;

/// A finding, and which objects show it.
#[derive(Debug)]
pub(super) struct Question {
    finding: Finding,
    wanted: Wanted,
}

/// Which objects show a finding.
#[derive(Debug)]
enum Wanted {
    /// None: it is all said.
    Nothing,
    /// Those of a place that hold one of these offsets; with a kind, of that kind.
    Holders(Option<Kind>, RoaringTreemap),
    /// Markers that answer for one of these offsets.
    Markers(Kind, RoaringTreemap),
    /// Those that go on after one of these offsets.
    GoingOnAfter(Kind, RoaringTreemap),
    /// Those inside which the group reads on at one of these offsets.
    ReadOnIn(Kind, RoaringTreemap, Option<i64>),
    /// What this one is a copy of.
    Original(Stray),
}

impl Question {
    /// A finding that needs no objects.
    pub(super) fn answered(finding: Finding) -> Self {
        Self { finding, wanted: Wanted::Nothing }
    }

    /// What an object that does not belong to its key is a copy of.
    pub(super) fn original_of(stray: Stray) -> Self {
        Self { finding: stray.finding(), wanted: Wanted::Original(stray) }
    }

    /// What a ledger tells without Kafka.
    pub(super) fn of_ledger(place: &TopicPartition, ledger: &Ledger) -> Vec<Self> {
        let mut questions = Vec::new();
        let mut ask = |kind: FindingKind, offsets: &RoaringTreemap, wanted: Wanted| {
            if !offsets.is_empty() {
                let finding = Finding::of_offsets(kind, place, Ranges::from(offsets));
                questions.push(Self { finding, wanted });
            }
        };
        for kind in [Kind::Data, Kind::Quarantine] {
            let shelf = ledger.shelf(kind);
            let doubled = shelf.doubled().clone();
            ask(FindingKind::Doubled, &doubled.clone(), Wanted::Holders(Some(kind), doubled));
            let orphaned = ledger.orphaned(kind);
            ask(FindingKind::MarkerWithoutData, &orphaned.clone(), Wanted::Markers(kind, orphaned));
            let missing = shelf.missing_starts();
            let (after, at) = (missing.gone_on_after, missing.read_on_at);
            ask(FindingKind::MarkerMissing, &after.clone(), Wanted::GoingOnAfter(kind, after));
            let committed = ledger.committed();
            ask(FindingKind::MarkerMissing, &at.clone(), Wanted::ReadOnIn(kind, at, committed));
        }
        let both = ledger.in_both();
        ask(FindingKind::DoubledInQuarantine, &both.clone(), Wanted::Holders(None, both));
        for Self { finding, wanted } in &mut questions {
            finding.detail = match wanted {
                Wanted::GoingOnAfter(..) => "these go on after it".to_owned(),
                Wanted::ReadOnIn(..) => {
                    "the group reads on there, inside of these, and the next batch would write their rest again"
                        .to_owned()
                }
                _ => continue,
            };
        }
        questions
    }

    /// Whether a second look is needed.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.wanted, Wanted::Nothing)
    }

    /// Whether an object of such a key may show it.
    pub(super) fn may_concern(&self, meaning: &Meaning) -> bool {
        let parts = match meaning {
            Meaning::Data(readings) => readings.as_slice(),
            Meaning::Quarantine(parts) => std::slice::from_ref(parts),
            _ => return false,
        };
        match &self.wanted {
            Wanted::Nothing => false,
            Wanted::Original(stray) => parts.iter().any(|parts| parts.offset == stray.coverage.first()),
            _ => parts.iter().any(|parts| Some(TopicPartition::from(parts)) == self.finding.place),
        }
    }

    /// Whether an object shows the finding.
    pub(super) fn is_shown_by(&self, claim: &Claim) -> bool {
        if let Wanted::Original(stray) = &self.wanted {
            return stray.is_copy_of(claim);
        }
        if self.finding.place.as_ref() != Some(&claim.place()) {
            return false;
        }
        let has = |offsets: &RoaringTreemap| {
            claim.coverage.offsets().any(|offset| offsets.contains(unsigned(offset)))
        };
        match &self.wanted {
            Wanted::Nothing | Wanted::Original(_) => false,
            Wanted::Holders(kind, offsets) => {
                kind.is_none_or(|kind| kind == claim.kind) && !claim.is_marker() && has(offsets)
            }
            Wanted::Markers(kind, offsets) => *kind == claim.kind && claim.is_marker() && has(offsets),
            Wanted::GoingOnAfter(kind, offsets) => {
                *kind == claim.kind && claim.after.is_some_and(|after| offsets.contains(unsigned(after)))
            }
            Wanted::ReadOnIn(kind, offsets, committed) => {
                *kind == claim.kind
                    && read_on_at(claim, *committed).is_some_and(|offset| offsets.contains(unsigned(offset)))
            }
        }
    }

    /// The finding, with the objects that show it.
    pub(super) fn settle(self, mut answers: Answers) -> Finding {
        let Self { mut finding, wanted } = self;
        // Objects come in the order in which they were looked at.
        answers.keys.sort_unstable();
        if let (Wanted::Original(_), Some(place)) = (wanted, answers.place) {
            finding.kind = FindingKind::Copied;
            finding.place = Some(place);
        }
        finding.objects.append(&mut answers.keys);
        finding.more_objects += answers.more;
        finding
    }
}

/// Objects that show a finding.
#[derive(Debug, Default)]
pub(super) struct Answers {
    keys: Vec<String>,
    more: u64,
    place: Option<TopicPartition>,
}

impl Answers {
    /// Adds an object.
    pub(super) fn add(&mut self, claim: &Claim) {
        self.place.get_or_insert_with(|| claim.place());
        if self.keys.len() < MOST_NAMES {
            self.keys.push(claim.key.clone());
        } else {
            self.more += 1;
        }
    }
}
