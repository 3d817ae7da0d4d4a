//! Offsets that no object holds, by what they may be.

use super::ranges::Ranges;
use crate::kafka::Watermarks;

/// What Kafka says of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// Where it begins and ends.
    pub watermarks: Watermarks,
    /// The offset that the group reads next, as it was before the objects were listed.
    pub committed: Option<i64>,
}

/// Offsets that no object holds, by what they may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    /// Not kept in Kafka any more.
    pub expired: Ranges,
    /// Should be there, if they are records.
    pub due: Ranges,
    /// Not due yet.
    pub pending: Ranges,
    /// Held by objects, but beyond the end of the partition.
    pub beyond: Ranges,
}

/// Sorts the offsets that no object holds. Without a view all gaps between the first offset and the last are due.
pub(super) fn gaps(held: &Ranges, view: Option<View>) -> Gaps {
    let (first, end) = (held.first(), held.last().map(|last| last + 1));
    let Some(View { watermarks: Watermarks { low, high }, committed }) = view else {
        let due = first.zip(end).map(|(first, end)| Ranges::of(first..=end - 1).without(held));
        return Gaps { due: due.unwrap_or_default(), ..Gaps::default() };
    };
    // Where nobody has committed, what stands there last tells how far deliveries have come.
    let due_until = committed.or(end).unwrap_or(low).clamp(low, high.max(low));
    let open = |from: i64, before: i64| Ranges::of(from..=before - 1).without(held);
    // What was committed was there once.
    let known_until = end.max(committed).unwrap_or(low).min(low);
    Gaps {
        expired: first.map(|first| open(first, known_until)).unwrap_or_default(),
        due: open(low, due_until),
        pending: open(due_until, high),
        beyond: held.within(high, i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `held` as first and last offsets; `kafka` as low, high and committed.
    #[track_caller]
    fn check(held: &[(i64, i64)], kafka: Option<(i64, i64, Option<i64>)>, expected: [&str; 4]) {
        let held: Ranges = held.iter().flat_map(|(first, last)| *first..=*last).collect();
        let view =
            kafka.map(|(low, high, committed)| View { watermarks: Watermarks { low, high }, committed });
        let Gaps { expired, due, pending, beyond } = gaps(&held, view);
        assert_eq!([expired, due, pending, beyond].map(|it| it.to_string()), expected);
    }

    #[test]
    fn without_a_broker_all_gaps_are_due() {
        check(&[], None, ["", "", "", ""]);
        check(&[(5, 9), (12, 13), (20, 20)], None, ["", "10–11, 14–19", "", ""]);
    }

    #[test]
    fn what_is_below_the_committed_offset_is_due() {
        check(&[(0, 4), (7, 9)], Some((0, 20, Some(12))), ["", "5–6, 10–11", "12–19", ""]);
        check(&[(0, 4)], Some((0, 5, Some(5))), ["", "", "", ""]);
        check(&[], Some((0, 5, Some(5))), ["", "0–4", "", ""]);
    }

    #[test]
    fn objects_may_be_ahead_of_the_committed_offset() {
        check(&[(0, 9)], Some((0, 20, Some(5))), ["", "", "10–19", ""]);
    }

    #[test]
    fn without_a_committed_offset_the_last_object_tells_what_is_due() {
        check(&[(0, 4), (7, 9)], Some((0, 20, None)), ["", "5–6", "10–19", ""]);
        check(&[], Some((3, 20, None)), ["", "", "3–19", ""]);
    }

    #[test]
    fn what_kafka_does_not_keep_is_not_due() {
        check(&[(0, 4), (7, 9), (12, 12)], Some((8, 13, Some(13))), ["5–6", "10–11", "", ""]);
        check(&[(0, 4), (7, 9)], Some((50, 60, Some(55))), ["5–6, 10–49", "50–54", "55–59", ""]);
        check(&[(0, 4)], Some((50, 50, Some(50))), ["5–49", "", "", ""]);
        check(&[(0, 4)], Some((50, 50, None)), ["", "", "", ""]);
    }

    #[test]
    fn what_is_beyond_the_end_is_told() {
        check(&[(0, 9)], Some((0, 5, Some(5))), ["", "", "", "5–9"]);
        check(&[(0, 2)], Some((0, 3, Some(90))), ["", "", "", ""]);
    }
}
