//! What must go one after the other, and what may go side by side.

use super::survey::Candidate;
use std::collections::BTreeMap;

/// Sorts candidates into lanes: those that share a topic-partition, also through others, are in one.
///
/// In a lane batches come before records out of quarantine, because a batch may hold the same records, and either in
/// the order of their offsets.
pub(super) fn lanes(candidates: Vec<Candidate>) -> Vec<Vec<Candidate>> {
    let mut lanes: Vec<Vec<Candidate>> = Vec::new();
    let mut lane_of: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for candidate in candidates {
        let places = || candidate.extents.iter().map(|extent| (extent.topic.clone(), extent.partition));
        let mut met: Vec<usize> = places().filter_map(|place| lane_of.get(&place).copied()).collect();
        met.sort_unstable();
        met.dedup();
        let lane = met.first().copied().unwrap_or_else(|| {
            lanes.push(Vec::new());
            lanes.len() - 1
        });
        for other in met.into_iter().skip(1) {
            let joined = std::mem::take(&mut lanes[other]);
            lanes[lane].extend(joined);
            lane_of.values_mut().filter(|it| **it == other).for_each(|it| *it = lane);
        }
        lane_of.extend(places().map(|place| (place, lane)));
        lanes[lane].push(candidate);
    }
    lanes.retain(|lane| !lane.is_empty());
    for lane in &mut lanes {
        lane.sort_by_cached_key(|candidate| {
            let first = candidate.extents.first().map(|it| (it.topic.clone(), it.partition, it.first));
            (candidate.kind, first, candidate.key.clone())
        });
    }
    lanes
}

/// Whether two candidates may hold the same record.
pub(super) fn overlap(one: &Candidate, other: &Candidate) -> bool {
    one.extents.iter().any(|a| {
        other.extents.iter().any(|b| {
            (&a.topic, a.partition) == (&b.topic, b.partition) && a.first <= b.last && b.first <= a.last
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::survey::{Extent, Kind};
    use super::*;

    fn candidate(key: &str, kind: Kind, extents: &[(i32, i64, i64)]) -> Candidate {
        let extent = |&(partition, first, last): &(i32, i64, i64)| Extent {
            topic: "t".to_owned(),
            partition,
            first,
            last,
            records: 1,
        };
        let extents = extents.iter().map(extent).collect();
        Candidate { key: key.to_owned(), kind, extents, reason: String::new() }
    }

    #[track_caller]
    fn check(candidates: &[(&str, Kind, &[(i32, i64, i64)])], expected: &[&[&str]]) {
        let candidates = candidates.iter().map(|(key, kind, extents)| candidate(key, *kind, extents));
        let lanes = lanes(candidates.collect());
        let keys: Vec<Vec<&str>> =
            lanes.iter().map(|lane| lane.iter().map(|it| it.key.as_str()).collect()).collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn partitions_go_side_by_side_and_offsets_one_after_the_other() {
        use Kind::{OnFailure, Quarantine};
        check(
            &[
                ("a", Quarantine, &[(0, 9, 9)]),
                ("b", Quarantine, &[(1, 5, 6)]),
                ("c", Quarantine, &[(0, 7, 8)]),
                ("d", OnFailure, &[(0, 20, 30)]),
            ],
            &[&["d", "c", "a"], &["b"]],
        );
    }

    #[test]
    fn a_batch_of_several_partitions_joins_their_lanes() {
        use Kind::{OnFailure, Quarantine};
        check(
            &[
                ("a", Quarantine, &[(0, 9, 9)]),
                ("b", Quarantine, &[(1, 5, 6)]),
                ("c", Quarantine, &[(2, 5, 6)]),
                ("d", OnFailure, &[(0, 20, 30), (1, 20, 30)]),
                ("e", Quarantine, &[(1, 7, 7)]),
            ],
            &[&["d", "a", "b", "e"], &["c"]],
        );
    }

    #[test]
    fn candidates_overlap_where_a_partition_has_them_both() {
        let one = candidate("a", Kind::OnFailure, &[(0, 5, 9), (1, 3, 3)]);
        for (extent, expected) in
            [((0, 9, 12), true), ((0, 10, 12), false), ((1, 0, 3), true), ((2, 5, 9), false)]
        {
            assert_eq!(overlap(&one, &candidate("b", Kind::Quarantine, &[extent])), expected, "{extent:?}");
        }
    }
}
