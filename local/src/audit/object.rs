//! What an object turns out to be, by its key and its metadata.

use super::finding::{Finding, FindingKind};
use super::names::{Kind, Meaning, TopicPartition, fitting};
use super::ranges::Ranges;
use delivery::{Coverage, Metadata};
use naming::KeyParts;
use pipeline::s3::Attributes;

/// An object of ours that stands where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// Its key.
    pub key: String,
    /// What its key says.
    pub parts: KeyParts,
    /// What it holds.
    pub kind: Kind,
    /// The offsets that it answers for.
    pub coverage: Coverage,
    /// Its first record; none for a marker.
    pub identity: Option<String>,
    /// The offset of the object that it goes on after, if it does.
    pub after: Option<i64>,
    /// How long its body is.
    pub bytes: u64,
}

/// An object that says it is ours but does not stand where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stray {
    /// Its key.
    pub key: String,
    /// Where its key says it belongs, if it says so.
    pub place: Option<TopicPartition>,
    /// The offsets that it answers for.
    pub coverage: Coverage,
    /// Its first record.
    pub identity: Option<String>,
}

/// What an object turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// One of ours.
    Ours(Claim),
    /// One of ours that was replayed.
    Replayed(Claim),
    /// One of ours at another's key.
    Stray(Stray),
    /// Something at a key of ours that can't be taken for what the key says.
    Damaged(KeyParts, Kind, Finding),
    /// Not ours, at a key that is none of ours.
    Foreign(String),
}

/// Tells what an object is. `meaning` is that of its key.
pub(super) fn see(key: String, meaning: Meaning, attributes: &Attributes) -> Option<Seen> {
    let text = attributes.metadata.get(Metadata::COVERAGE);
    let coverage = text.and_then(|text| text.parse::<Coverage>().ok());
    let identity = attributes.metadata.get(Metadata::IDENTITY).cloned();
    let (readings, kind, is_replayed) = match meaning {
        Meaning::Data(readings) => (readings, Kind::Data, false),
        Meaning::Quarantine(parts) => (vec![parts], Kind::Quarantine, false),
        Meaning::Replayed(parts) => (vec![parts], Kind::Quarantine, true),
        Meaning::NotOurs => {
            return Some(match coverage {
                Some(coverage) => Seen::Stray(Stray { key, place: None, coverage, identity }),
                None => Seen::Foreign(key),
            });
        }
        Meaning::Done | Meaning::OtherTopic => return None,
    };
    let readings = match &coverage {
        Some(coverage) => fitting(readings, coverage),
        None => readings,
    };
    let parts = readings[0].clone();
    let place = TopicPartition::from(&parts);
    let damaged = |kind_found, offsets| Finding::of_object(kind_found, Some(place.clone()), &key, offsets);
    let at_key = || Ranges::of(parts.offset..=parts.offset);
    if readings.len() > 1 {
        let finding = damaged(FindingKind::AmbiguousKey, at_key());
        return Some(Seen::Damaged(parts, kind, finding));
    }
    let Some(coverage) = coverage else {
        let finding = match text {
            Some(text) => damaged(FindingKind::BadCoverage, at_key()).because(text),
            None => damaged(FindingKind::NoCoverage, at_key()),
        };
        return Some(Seen::Damaged(parts, kind, finding));
    };
    if coverage.first() != parts.offset {
        return Some(Seen::Stray(Stray { key, place: Some(place), coverage, identity }));
    }
    let after = attributes.metadata.get(Metadata::AFTER).and_then(|after| after.parse().ok());
    let claim = Claim { key, parts, kind, coverage, identity, after, bytes: attributes.bytes };
    Some(if is_replayed { Seen::Replayed(claim) } else { Seen::Ours(claim) })
}

impl Claim {
    /// Where it belongs.
    pub(super) fn place(&self) -> TopicPartition {
        TopicPartition::from(&self.parts)
    }

    /// Whether it answers for offsets whose records stand in another object.
    pub(super) fn is_marker(&self) -> bool {
        self.identity.is_none()
    }

    /// What its length alone shows to be wrong.
    pub(super) fn flaw(&self) -> Option<Finding> {
        // The shortest line is a digit and its end.
        const SHORTEST_LINE: u64 = 2;
        let is_plain = self.parts.extension == ".json";
        let least = match (self.is_marker(), is_plain) {
            (false, true) => self.coverage.count() * SHORTEST_LINE,
            (false, false) => 1,
            (true, _) => 0,
        };
        let kind = if self.bytes < least {
            FindingKind::Truncated
        } else if self.is_marker() && is_plain && self.bytes > 0 {
            FindingKind::MarkerNotEmpty
        } else {
            return None;
        };
        let offsets = self.coverage.offsets().collect();
        let finding = Finding::of_object(kind, Some(self.place()), &self.key, offsets);
        Some(finding.because(format_args!("it has {} bytes", self.bytes)))
    }
}

impl Stray {
    /// What there is to say of it, as long as its original is not found.
    pub(super) fn finding(&self) -> Finding {
        let offsets = self.coverage.offsets().collect();
        Finding::of_object(FindingKind::Misplaced, self.place.clone(), &self.key, offsets)
    }

    /// Whether an object is what this one is a copy of.
    pub(super) fn is_copy_of(&self, claim: &Claim) -> bool {
        claim.identity == self.identity && claim.coverage == self.coverage
    }
}
