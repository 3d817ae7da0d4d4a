//! Which offsets of a partition stand in objects.

use super::names::Kind;
use super::object::Claim;
use super::ranges::Ranges;
use roaring::RoaringTreemap;

/// Which offsets of a partition stand in objects.
///
/// It keeps sets of offsets and no objects, so that its size depends on how the offsets are spread and not on how many
/// objects hold them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// As data.
    pub data: Shelf,
    /// In quarantine.
    pub quarantine: Shelf,
    /// In quarantine that was replayed: of no account but to markers.
    replayed: RoaringTreemap,
    /// The offset that the group reads next.
    committed: Option<i64>,
}

/// Which offsets stand in objects of one kind.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Objects with records.
    pub objects: u64,
    /// Objects without.
    pub markers: u64,
    /// Bytes of all.
    pub bytes: u64,
    held: RoaringTreemap,
    doubled: RoaringTreemap,
    marked: RoaringTreemap,
    /// Where an object or a marker begins.
    starts: RoaringTreemap,
    /// Where one must begin, because another goes on after it.
    gone_on_after: RoaringTreemap,
    /// Where one must begin, because the group reads on there inside an object.
    read_on_at: RoaringTreemap,
}

/// Offsets at which an object or a marker should begin, and none does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingStarts {
    /// Others go on after it.
    pub gone_on_after: RoaringTreemap,
    /// The group reads on there, inside an object.
    pub read_on_at: RoaringTreemap,
}

impl Ledger {
    /// An empty one of a partition that the group reads on at this offset.
    pub(super) fn new(committed: Option<i64>) -> Self {
        Self { committed, ..Self::default() }
    }

    /// The offset that the group reads next.
    pub(super) fn committed(&self) -> Option<i64> {
        self.committed
    }

    /// Enters an object.
    pub(super) fn add(&mut self, claim: &Claim) {
        let committed = self.committed;
        self.shelf_mut(claim.kind).add(claim, committed);
    }

    /// Enters an object that was replayed: markers and tails of its batch may still stand.
    pub(super) fn add_replayed(&mut self, claim: &Claim) {
        self.quarantine.starts.insert(unsigned(claim.coverage.first()));
        if !claim.is_marker() {
            self.replayed.extend(claim.coverage.offsets().map(unsigned));
        }
    }

    /// Enters that something stands where an object would begin.
    pub(super) fn add_start(&mut self, kind: Kind, offset: i64) {
        self.shelf_mut(kind).starts.insert(unsigned(offset));
    }

    /// The shelf of a kind.
    pub(super) fn shelf(&self, kind: Kind) -> &Shelf {
        match kind {
            Kind::Data => &self.data,
            Kind::Quarantine => &self.quarantine,
        }
    }

    /// All offsets that stand in objects, as data or in quarantine.
    pub(super) fn held(&self) -> Ranges {
        Ranges::from(&(&self.data.held | &self.quarantine.held))
    }

    /// Offsets that stand both as data and in quarantine.
    pub(super) fn in_both(&self) -> RoaringTreemap {
        &self.data.held & &self.quarantine.held
    }

    /// Offsets that markers of a kind answer for, and that no object of it holds.
    pub(super) fn orphaned(&self, kind: Kind) -> RoaringTreemap {
        let shelf = self.shelf(kind);
        let mut orphaned = &shelf.marked - &shelf.held;
        if kind == Kind::Quarantine {
            orphaned -= &self.replayed;
        }
        orphaned
    }

    fn shelf_mut(&mut self, kind: Kind) -> &mut Shelf {
        match kind {
            Kind::Data => &mut self.data,
            Kind::Quarantine => &mut self.quarantine,
        }
    }
}

impl Shelf {
    fn add(&mut self, claim: &Claim, committed: Option<i64>) {
        let coverage = &claim.coverage;
        self.bytes += claim.bytes;
        self.starts.insert(unsigned(coverage.first()));
        self.gone_on_after.extend(claim.after.map(unsigned));
        self.read_on_at.extend(read_on_at(claim, committed).map(unsigned));
        if claim.is_marker() {
            self.markers += 1;
            self.marked.extend(coverage.offsets().map(unsigned));
            return;
        }
        self.objects += 1;
        for offset in coverage.offsets().map(unsigned) {
            if !self.held.insert(offset) {
                self.doubled.insert(offset);
            }
        }
    }

    /// Offsets that stand in objects.
    pub(super) fn held(&self) -> &RoaringTreemap {
        &self.held
    }

    /// Offsets that stand in more than one object.
    pub(super) fn doubled(&self) -> &RoaringTreemap {
        &self.doubled
    }

    /// Offsets that markers answer for.
    pub(super) fn marked(&self) -> &RoaringTreemap {
        &self.marked
    }

    /// Where an object or a marker should begin, and none does.
    pub(super) fn missing_starts(&self) -> MissingStarts {
        let gone_on_after = &self.gone_on_after - &self.starts;
        let read_on_at = &(&self.read_on_at - &self.starts) - &gone_on_after;
        MissingStarts { gone_on_after, read_on_at }
    }
}

/// Where the next batch begins inside an object, if it does: something must stand there to say that it is covered.
pub(super) fn read_on_at(claim: &Claim, committed: Option<i64>) -> Option<i64> {
    let committed = committed.filter(|committed| claim.coverage.first() < *committed)?;
    claim.coverage.above(committed - 1).map(|rest| rest.first())
}

/// Offsets are not below zero: coverage takes no others.
pub(super) fn unsigned(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or_default()
}
