//! What has happened so far, as the view shows it.

use crate::command::terminal::count;
use local::poll::{Lag, Notice};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Numbers of a mapping at work.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pollers: usize,
    pub(crate) delivered: u64,
    pub(crate) invocations: u64,
    pub(crate) failures: u64,
    pub(crate) given_up: u64,
    pub(crate) in_flight: u64,
    /// By partition.
    pub(crate) lags: BTreeMap<i32, Lag>,
}

impl Tally {
    /// Counts what happens.
    pub(crate) fn take(&mut self, notice: &Notice<'_>) {
        match notice {
            Notice::PollerStarted(running) | Notice::PollerStopped(running) => self.pollers = *running,
            // The one that it may have had in flight went with it.
            Notice::PollerDied { .. } => {
                self.in_flight = self.in_flight.min(self.pollers.saturating_sub(1) as u64);
            }
            Notice::Invoked { .. } => {
                self.invocations += 1;
                self.in_flight += 1;
            }
            Notice::Answered { .. } => self.in_flight = self.in_flight.saturating_sub(1),
            Notice::Delivered { records, .. } => self.delivered += *records as u64,
            Notice::Failed { .. } => self.failures += 1,
            Notice::GivenUp { records, .. } => self.given_up += *records as u64,
            Notice::Lag(lags) => self.lags.extend(lags.iter()),
            _ => {}
        }
    }

    /// How many records wait, in all partitions.
    pub(crate) fn lag(&self) -> u64 {
        self.lags.values().map(|lag| lag.lag.unsigned_abs()).sum()
    }

    /// All in a line; `per_second` is the rate of late.
    pub(crate) fn line(&self, per_second: u64) -> String {
        format!(
            "{} delivered ({}/s), {} invocations ({} in flight, {} failed), {} given up, {} behind, {} pollers",
            count(self.delivered),
            count(per_second),
            count(self.invocations),
            count(self.in_flight),
            count(self.failures),
            count(self.given_up),
            count(self.lag()),
            self.pollers,
        )
    }
}

/// How many were counted per second.
pub(crate) fn rate(number: u64, elapsed: Duration) -> u64 {
    (number as f64 / elapsed.as_secs_f64().max(0.001)) as u64
}

/// Numbers as people write ranges: `0-2, 5`.
pub(crate) fn ranges(numbers: &BTreeSet<i32>) -> String {
    let mut ranges: Vec<(i32, i32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let texts = ranges.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        _ => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_is_counted() {
        let mut tally = Tally::default();
        let lags = BTreeMap::from([
            (0, Lag { next: 5, end: 12, lag: 7 }),
            (1, Lag { next: 0, end: 1000, lag: 1000 }),
        ]);
        let elapsed = Duration::from_millis(2);
        for notice in [
            Notice::PollerStarted(1),
            Notice::PollerStarted(2),
            Notice::Invoked { records: 1500, event_bytes: 1 },
            Notice::Invoked { records: 1, event_bytes: 1 },
            Notice::Answered { elapsed },
            Notice::Delivered { records: 1500, event_bytes: 1, attempts: 1, elapsed },
            Notice::Lag(&lags),
        ] {
            tally.take(&notice);
        }
        let line = "1,500 delivered (20/s), 2 invocations (1 in flight, 0 failed), 0 given up, 1,007 behind, 2 pollers";
        assert_eq!(tally.line(20), line);
    }

    #[test]
    fn partitions_are_told_in_ranges() {
        for (numbers, text) in
            [(vec![], ""), (vec![3], "3"), (vec![0, 1, 2, 5], "0-2, 5"), (vec![1, 3, 4], "1, 3-4")]
        {
            assert_eq!(ranges(&BTreeSet::from_iter(numbers)), text);
        }
    }
}
