//! What the histories met.

/// What the histories met.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Records of all histories.
    pub(crate) records: usize,
    /// Invocations in order.
    pub(crate) invocations: u32,
    /// Those of them that failed.
    pub(crate) failed: u32,
    /// Those whose process was killed.
    pub(crate) killed: u32,
    /// Invocations at once with another that started at the same offset.
    pub(crate) twins: u32,
    /// Invocations of batches of long ago.
    pub(crate) late: u32,
    /// Invocations that succeeded but for some partitions.
    pub(crate) partial: u32,
    /// Objects in the end.
    pub(crate) objects: usize,
    /// Those of them without records.
    pub(crate) markers: usize,
    /// Records in quarantine.
    pub(crate) rejected: usize,
}

impl Tally {
    /// Whether the histories met enough of all that they are for.
    pub(crate) fn is_rich(&self) -> bool {
        [self.failed, self.killed, self.twins, self.late].iter().all(|count| *count > 50)
            && [self.partial as usize, self.markers, self.rejected].iter().all(|count| *count > 20)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { records, invocations, failed, killed, twins, late, partial, objects, markers, rejected } =
            other;
        self.records += records;
        self.invocations += invocations;
        self.failed += failed;
        self.killed += killed;
        self.twins += twins;
        self.late += late;
        self.partial += partial;
        self.rejected += rejected;
        self.objects += objects;
        self.markers += markers;
    }
}
