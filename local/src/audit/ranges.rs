//! Offsets as people write them: `0–41, 43`.

use roaring::RoaringTreemap;
use serde::ser::{Serialize, SerializeSeq as _, Serializer};
use std::fmt;
use std::ops::RangeInclusive;

/// Offsets as ranges.
///
/// Invariant: ranges are ascending, not empty, and don't touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    /// No offsets, or one range of them.
    pub fn of(range: RangeInclusive<i64>) -> Self {
        let (first, last) = range.into_inner();
        Self(if first <= last { vec![(first, last)] } else { Vec::new() })
    }

    /// Adds an offset that is not below any that is there.
    pub fn push(&mut self, offset: i64) {
        match self.0.last_mut() {
            Some((_, last)) if *last >= offset => {}
            Some((_, last)) if *last + 1 == offset => *last = offset,
            _ => self.0.push((offset, offset)),
        }
    }

    /// How many offsets there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last.abs_diff(*first) + 1).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first offset.
    pub fn first(&self) -> Option<i64> {
        self.0.first().map(|(first, _)| *first)
    }

    /// The last offset.
    pub fn last(&self) -> Option<i64> {
        self.0.last().map(|(_, last)| *last)
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> impl Iterator<Item = RangeInclusive<i64>> {
        self.0.iter().map(|(first, last)| *first..=*last)
    }

    /// The offsets that are not among `others`.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        let mut rest = Vec::new();
        let mut others = others.0.iter().peekable();
        for (first, last) in &self.0 {
            let mut next = *first;
            while let Some((from, to)) = others.peek() {
                if *to < next {
                    others.next();
                    continue;
                }
                if *from > *last {
                    break;
                }
                if next < *from {
                    rest.push((next, from - 1));
                }
                next = to.saturating_add(1);
                // It may reach into the next range too.
                if *to > *last {
                    break;
                }
                others.next();
            }
            if next <= *last {
                rest.push((next, *last));
            }
        }
        Self(rest)
    }

    /// The offsets from one up to before another.
    #[must_use]
    pub fn within(&self, from: i64, before: i64) -> Self {
        let clipped = self.0.iter().map(|(first, last)| ((*first).max(from), (*last).min(before - 1)));
        Self(clipped.filter(|(first, last)| first <= last).collect())
    }

    /// Writes the first ranges, and how many there are beside them.
    pub fn abridged(&self, shown: usize) -> String {
        if self.0.len() <= shown {
            return self.to_string();
        }
        format!("{}, … ({} ranges)", Self(self.0[..shown].to_vec()), self.0.len())
    }
}

impl From<&RoaringTreemap> for Ranges {
    fn from(offsets: &RoaringTreemap) -> Self {
        let mut ranges = Self::default();
        for offset in offsets {
            ranges.push(i64::try_from(offset).expect("only offsets are put in, which are an i64"));
        }
        ranges
    }
}

impl FromIterator<i64> for Ranges {
    /// Takes ascending offsets.
    fn from_iter<I: IntoIterator<Item = i64>>(offsets: I) -> Self {
        let mut ranges = Self::default();
        offsets.into_iter().for_each(|offset| ranges.push(offset));
        ranges
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}–{last}")?,
            }
        }
        Ok(())
    }
}

/// As pairs of the first and the last offset of each range.
impl Serialize for Ranges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for pair in &self.0 {
            list.serialize_element(pair)?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn ranges(offsets: &[i64]) -> Ranges {
        offsets.iter().copied().collect()
    }

    #[test]
    fn offsets_are_written_as_ranges() {
        for (offsets, text) in
            [(&[][..], ""), (&[7], "7"), (&[0, 1, 2, 4], "0–2, 4"), (&[5, 6, 8, 9], "5–6, 8–9")]
        {
            assert_eq!(ranges(offsets).to_string(), text);
        }
        assert_eq!(ranges(&[0, 2, 4, 6]).abridged(2), "0, 2, … (4 ranges)");
        assert_eq!(serde_json::to_string(&ranges(&[0, 1, 3])).unwrap(), "[[0,1],[3,3]]");
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_the_others_have_not(
            ours in prop::collection::btree_set(0..60_i64, 0..40),
            others in prop::collection::btree_set(0..60_i64, 0..40),
            from in 0..60_i64, length in 0..60_i64,
        ) {
            let all = |set: &BTreeSet<i64>| set.iter().copied().collect::<Ranges>();
            let left: BTreeSet<i64> = ours.difference(&others).copied().collect();
            prop_assert_eq!(all(&ours).without(&all(&others)), all(&left));
            let clipped: BTreeSet<i64> =
                ours.iter().copied().filter(|offset| (from..from + length).contains(offset)).collect();
            prop_assert_eq!(all(&ours).within(from, from + length), all(&clipped));
            prop_assert_eq!(all(&ours).count(), ours.len() as u64);
        }
    }
}
