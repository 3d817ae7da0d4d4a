//! Which offsets an object answers for.

use base64_simd::URL_SAFE_NO_PAD as BASE64;
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// Longest text of a coverage, in bytes.
///
/// S3 takes 2,048 bytes of user metadata, names included; this leaves room for the two names, the
/// identity, and servers that count the `x-amz-meta-` prefix too.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>
const MAX_TEXT_BYTES: usize = 1900;

/// Offsets of one cell where scattered offsets are split: its bitmap always fits [`MAX_TEXT_BYTES`].
const CELL: i64 = 8192;

/// The offsets that an object answers for: its records' own, or those that a marker stands in for.
///
/// As text it has one of two forms, both starting with the first offset: `100:3,2,1` are runs (3 covered, 2
/// not, 1 covered: 100, 101, 102, 105), and `100~JQ` is a bitmap in base64url, lowest bit first (100, 102,
/// 105), taken where the runs would not fit the metadata.
///
/// Invariant: at least one run; runs are ascending, not empty, and don't touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: i64,
    last: i64,
}

/// A text is not a coverage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected <first>:<covered>,<not covered>,… or <first>~<bitmap>")]
pub struct CoverageError;

impl Coverage {
    /// The coverage of these offsets, ascending and at least one.
    pub(crate) fn of(offsets: &[i64]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for &offset in offsets {
            match runs.last_mut() {
                Some(run) if run.last + 1 == offset => run.last = offset,
                _ => runs.push(Run { first: offset, last: offset }),
            }
        }
        debug_assert!(!runs.is_empty());
        Self { runs }
    }

    /// How many of these offsets, counted from the first, can share an object: all of them where their
    /// coverage fits the metadata, else those of the first cell of a fixed grid.
    pub(crate) fn fitting(offsets: &[i64]) -> usize {
        if Self::of(offsets).to_string().len() <= MAX_TEXT_BYTES {
            return offsets.len();
        }
        let cell = offsets[0] / CELL;
        offsets.partition_point(|offset| offset / CELL == cell)
    }

    /// The first offset.
    pub fn first(&self) -> i64 {
        self.runs[0].first
    }

    /// The last offset.
    pub fn last(&self) -> i64 {
        self.runs[self.runs.len() - 1].last
    }

    /// How many offsets there are.
    pub fn count(&self) -> u64 {
        self.runs.iter().map(|run| run.last.abs_diff(run.first) + 1).sum()
    }

    /// Whether this offset is among them.
    pub fn contains(&self, offset: i64) -> bool {
        let after = self.runs.partition_point(|run| run.first <= offset);
        after > 0 && offset <= self.runs[after - 1].last
    }

    /// The offsets in ascending order.
    pub fn offsets(&self) -> impl Iterator<Item = i64> {
        self.runs.iter().flat_map(|run| run.first..=run.last)
    }

    /// The part above an offset, if there is any.
    pub fn above(&self, offset: i64) -> Option<Self> {
        let from = self.runs.partition_point(|run| run.last <= offset);
        let mut runs = self.runs[from..].to_vec();
        let first = runs.first_mut()?;
        first.first = first.first.max(offset + 1);
        Some(Self { runs })
    }

    fn runs_text(&self) -> String {
        let mut text = format!("{}:", self.first());
        let mut end = None;
        for run in &self.runs {
            if let Some(end) = end {
                let _ = write!(text, ",{},", run.first - end - 1);
            }
            let _ = write!(text, "{}", run.last - run.first + 1);
            end = Some(run.last);
        }
        text
    }

    fn bitmap_text(&self) -> String {
        let first = self.first();
        let mut bits = vec![0_u8; usize::try_from((self.last() - first) / 8).unwrap_or(usize::MAX) + 1];
        for offset in self.offsets() {
            let bit = (offset - first) as usize;
            bits[bit / 8] |= 1 << (bit % 8);
        }
        format!("{first}~{}", BASE64.encode_to_string(bits))
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.runs_text();
        // A bitmap has a character for each 6 offsets of the span: only of a short span is it the shorter one.
        let bitmap_wins =
            runs.len() > MAX_TEXT_BYTES && (self.last() - self.first()) / 6 < MAX_TEXT_BYTES as i64;
        f.write_str(&if bitmap_wins { self.bitmap_text() } else { runs })
    }
}

impl FromStr for Coverage {
    type Err = CoverageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let coverage = match text.split_once(':') {
            Some((first, runs)) => parse_runs(first, runs),
            None => text.split_once('~').and_then(|(first, bitmap)| parse_bitmap(first, bitmap)),
        };
        coverage.ok_or(CoverageError)
    }
}

fn parse_runs(first: &str, lengths: &str) -> Option<Coverage> {
    let mut next = first.parse::<i64>().ok().filter(|first| *first >= 0)?;
    let mut runs = Vec::new();
    let mut covered = true;
    for length in lengths.split(',') {
        let length = length.parse::<i64>().ok().filter(|length| *length > 0)?;
        let end = next.checked_add(length)?;
        if covered {
            runs.push(Run { first: next, last: end - 1 });
        }
        next = end;
        covered = !covered;
    }
    // The last length is of a run: text that ends in a gap says nothing about its end.
    (!covered).then_some(Coverage { runs })
}

fn parse_bitmap(first: &str, bitmap: &str) -> Option<Coverage> {
    let first = first.parse::<i64>().ok().filter(|first| *first >= 0)?;
    let bits = BASE64.decode_to_vec(bitmap).ok()?;
    first.checked_add(bits.len() as i64 * 8)?;
    let offsets: Vec<i64> = (0..bits.len() * 8)
        .filter(|bit| bits[bit / 8] & (1 << (bit % 8)) != 0)
        .map(|bit| first + bit as i64)
        .collect();
    (offsets.first() == Some(&first)).then(|| Coverage::of(&offsets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[track_caller]
    fn check(offsets: &[i64], text: &str) {
        let coverage = Coverage::of(offsets);
        assert_eq!(coverage.to_string(), text);
        assert_eq!(text.parse::<Coverage>().as_ref(), Ok(&coverage));
        assert_eq!(coverage.offsets().collect::<Vec<_>>(), offsets);
    }

    #[test]
    fn dense_offsets_are_written_as_runs() {
        check(&[42], "42:1");
        check(&[0, 1, 2], "0:3");
        check(&[8_589_934_592, 8_589_934_593, 8_589_934_596], "8589934592:2,2,1");
        check(&[100, 101, 102, 105], "100:3,2,1");
        check(&[i64::MAX - 1], "9223372036854775806:1");
    }

    #[test]
    fn scattered_offsets_are_written_as_a_bitmap() {
        let offsets: Vec<i64> = (100..4100).filter(|offset| offset % 3 != 1 || offset % 7 == 0).collect();
        let text = Coverage::of(&offsets).to_string();
        assert!(text.starts_with("101~") && text.len() < 700, "{text}");
        check(&offsets, &text);
        let bitmap: Coverage = "100~JQ".parse().expect("a bitmap");
        assert_eq!(bitmap.offsets().collect::<Vec<_>>(), [100, 102, 105]);
        assert!(
            bitmap.contains(102) && !bitmap.contains(103) && !bitmap.contains(99) && !bitmap.contains(106)
        );
    }

    #[test]
    fn what_is_not_a_coverage_is_refused() {
        for text in [
            "",
            "1",
            "1:",
            ":1",
            "1:0",
            "1:-1",
            "-1:1",
            "1:1,",
            "1:1,1",
            "1:1,0,1",
            "1:a",
            "1~",
            "1~A",
            "1~AA",
            "~AQ",
            "9223372036854775807:2",
            "9223372036854775800~__8",
            "1:99999999999999999999",
        ] {
            assert_eq!(text.parse::<Coverage>(), Err(CoverageError), "{text:?}");
        }
    }

    #[test]
    fn what_is_above_an_offset_starts_with_the_next_covered_one() {
        let coverage = Coverage::of(&[10, 11, 20, 21]);
        let above = |offset| coverage.above(offset).map(|above| above.to_string());
        assert_eq!(above(9).as_deref(), Some("10:2,8,2"));
        assert_eq!(above(10).as_deref(), Some("11:1,8,2"));
        assert_eq!(above(11).as_deref(), Some("20:2"));
        assert_eq!(above(20).as_deref(), Some("21:1"));
        assert_eq!(above(21), None);
    }

    proptest! {
        #[test]
        fn a_coverage_reads_back_as_it_was_written(
            first in 0..i64::MAX - 3_000_000,
            steps in prop::collection::vec(prop_oneof![8 => 1..2_i64, 3 => 2..5_i64, 1 => 5..3000_i64], 0..900),
        ) {
            let mut offsets = vec![first];
            offsets.extend(steps.iter().scan(first, |offset, step| { *offset += step; Some(*offset) }));
            let coverage = Coverage::of(&offsets);
            prop_assert_eq!(coverage.to_string().parse(), Ok(coverage.clone()));
            prop_assert_eq!(coverage.count(), offsets.len() as u64);
            prop_assert_eq!(coverage.offsets().collect::<Vec<_>>(), offsets);
        }

        #[test]
        fn what_is_said_to_fit_fits_and_so_does_any_part_above_an_offset(
            first in 0..i64::MAX / 2,
            scattered in prop::collection::btree_set(0..60_000_i64, 1..3000),
            dense in 0..9000_i64,
        ) {
            let offsets: Vec<i64> =
                scattered.into_iter().chain(20_000..20_000 + dense).collect::<BTreeSet<_>>().into_iter().map(|o| first + o).collect();
            let fitting = Coverage::fitting(&offsets);
            prop_assert!(fitting > 0);
            let coverage = Coverage::of(&offsets[..fitting]);
            prop_assert!(coverage.to_string().len() <= MAX_TEXT_BYTES);
            let rest = coverage.above(offsets[fitting / 2]);
            // A run that is cut may need a digit or two more.
            prop_assert!(rest.is_none_or(|rest| rest.to_string().len() <= MAX_TEXT_BYTES + 8));
        }
    }
}
