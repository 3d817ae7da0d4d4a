//! How many pollers there should be.

use super::mapping::Pollers;

/// How often in a row there must be nearly nothing to do before a poller ends.
const QUIET_LOOKS: u32 = 5;

/// Decides when pollers begin and end. It looks at the lag as Lambda does, which documents that it looks every
/// minute and that it never has more pollers than partitions, but no thresholds.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html>
#[derive(Debug, Default)]
pub(crate) struct Scaling {
    quiet_looks: u32,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) running: usize,
    /// Partitions of the topic; 0 while that is not known.
    pub(crate) partitions: usize,
    /// Records that wait in Kafka, about.
    pub(crate) lag: i64,
    /// Records of a full batch.
    pub(crate) batch_size: usize,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Start,
    Stop,
    Stay,
}

impl Scaling {
    /// The next step, where there is time to see what the last one did.
    pub(crate) fn step(&mut self, pollers: Pollers, look: Look) -> Step {
        let batches = look.lag / i64::try_from(look.batch_size.max(1)).unwrap_or(i64::MAX);
        let (running, at_most) = (look.running, most(pollers, look.partitions));
        self.quiet_looks = if batches == 0 { self.quiet_looks + 1 } else { 0 };
        // Each has more than a batch to do.
        if running < at_most && usize::try_from(batches).is_ok_and(|batches| batches > running) {
            Step::Start
        } else if running > at_most.min(pollers.minimum.into()) && self.quiet_looks >= QUIET_LOOKS {
            self.quiet_looks = 0;
            Step::Stop
        } else {
            Step::Stay
        }
    }
}

/// How many pollers there are at least, as soon as the number of partitions is known.
pub(crate) fn least(pollers: Pollers, partitions: usize) -> usize {
    usize::from(pollers.minimum).min(partitions).max(1)
}

fn most(pollers: Pollers, partitions: usize) -> usize {
    usize::from(pollers.maximum.max(pollers.minimum)).min(partitions).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLLERS: Pollers = Pollers { minimum: 2, maximum: 4 };

    #[track_caller]
    fn check(running: usize, partitions: usize, lag: i64, expected: Step) {
        let look = Look { running, partitions, lag, batch_size: 100 };
        assert_eq!(Scaling::default().step(POLLERS, look), expected);
    }

    #[test]
    fn pollers_begin_while_each_has_more_than_a_batch_to_do() {
        check(2, 8, 299, Step::Stay);
        check(2, 8, 300, Step::Start);
        check(3, 8, 300, Step::Stay);
        check(4, 8, 1_000_000, Step::Stay);
    }

    #[test]
    fn there_are_never_more_pollers_than_partitions() {
        check(2, 2, 1_000_000, Step::Stay);
        check(1, 0, 1_000_000, Step::Stay);
        assert_eq!([0, 1, 2, 8].map(|partitions| least(POLLERS, partitions)), [1, 1, 2, 2]);
    }

    #[test]
    fn pollers_end_when_there_was_nothing_to_do_for_a_while() {
        let mut scaling = Scaling::default();
        let mut look = Look { running: 3, partitions: 8, lag: 0, batch_size: 100 };
        let steps: Vec<Step> = (0..6).map(|_| scaling.step(POLLERS, look)).collect();
        assert_eq!(steps, [Step::Stay, Step::Stay, Step::Stay, Step::Stay, Step::Stop, Step::Stay]);
        look.running = 2;
        assert!((0..20).all(|_| scaling.step(POLLERS, look) == Step::Stay), "the minimum stays");
        look = Look { running: 3, lag: 150, ..look };
        assert!((0..20).all(|_| scaling.step(POLLERS, look) == Step::Stay), "there is something to do");
    }
}
