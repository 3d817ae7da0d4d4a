//! What people see of a mapping at work: a live view in a terminal, and lines everywhere.

use super::tally::{Tally, ranges, rate};
use crate::command::terminal::{self, count};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use local::poll::{Mapping, Notice};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the live view is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// How often a line sums up what was delivered, where there is no live view.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// How many partitions have a line of their own: those that are behind the most.
const SHOWN_PARTITIONS: usize = 16;

/// Shows what happens.
#[derive(Debug)]
pub(crate) struct View {
    topic: String,
    tally: Mutex<Tally>,
    /// None where standard error is no terminal.
    live: Option<Live>,
}

#[derive(Debug)]
struct Live {
    bars: MultiProgress,
    head: ProgressBar,
    partitions: Mutex<BTreeMap<i32, ProgressBar>>,
}

impl View {
    pub(crate) fn new(mapping: &Mapping) -> Self {
        let live = io::stderr().is_terminal().then(Live::new);
        Self { topic: mapping.topic.clone(), tally: Mutex::default(), live }
    }

    /// Takes what happens, and writes a line where it is worth one.
    pub(crate) fn watch(&self, notice: &Notice<'_>) {
        self.tally().take(notice);
        match notice {
            Notice::Delivered { records, event_bytes, attempts, elapsed } => {
                let elapsed_ms = elapsed.as_millis();
                tracing::info!(records, event_bytes, attempts, elapsed_ms, "batch delivered");
            }
            Notice::Failed { failure, first, records, attempts, retry_in } => {
                let (error, retry_in_ms) = (pipeline::chain(*failure), retry_in.as_millis());
                tracing::warn!(%error, first, records, attempts, retry_in_ms, "batch failed");
            }
            Notice::GivenUp { records, first, condition, url: Some(url) } => {
                let condition = condition.as_str();
                tracing::warn!(records, first, condition, url, "batch given up");
            }
            Notice::GivenUp { records, first, condition, url: None } => {
                let condition = condition.as_str();
                tracing::error!(records, first, condition, "batch discarded: there is no --on-failure");
            }
            Notice::DestinationFailed { error, retry_in } => {
                let (error, retry_in_ms) = (pipeline::chain(*error), retry_in.as_millis());
                tracing::error!(%error, retry_in_ms, "batch neither processed nor kept");
            }
            Notice::NotCommitted { reason } => {
                tracing::warn!(error = reason, "offsets not committed: records may come again");
            }
            Notice::PollerDied { error, restart_in } => {
                let (error, restart_in_ms) = (pipeline::chain(*error), restart_in.as_millis());
                tracing::warn!(%error, restart_in_ms, "poller died");
            }
            Notice::PollerStarted(running) => {
                tracing::info!(target: terminal::NEWS, running, "poller started")
            }
            Notice::PollerStopped(running) => {
                tracing::info!(target: terminal::NEWS, running, "poller stopped")
            }
            Notice::Assigned { poller, partitions } => {
                let partitions = ranges(partitions);
                tracing::info!(target: terminal::NEWS, poller, partitions, "partitions assigned");
            }
            Notice::Revoked { poller, partitions } => {
                let partitions = ranges(partitions);
                tracing::info!(target: terminal::NEWS, poller, partitions, "partitions revoked");
            }
            _ => {}
        }
    }

    /// Draws, or sums up, until it is dropped.
    pub(crate) async fn keep_up(&self) {
        let every = if self.live.is_some() { DRAW_EVERY } else { SUM_UP_EVERY };
        let mut ticks = tokio::time::interval(every);
        let (mut before, mut since) = (0, Instant::now());
        let mut per_second = 0;
        loop {
            ticks.tick().await;
            let tally = self.tally();
            // Long enough for a rate that does not jump.
            if since.elapsed() >= Duration::from_secs(1) {
                per_second = rate(tally.delivered - before, since.elapsed());
                let moved = tally.delivered != before;
                (before, since) = (tally.delivered, Instant::now());
                if self.live.is_none() && (moved || tally.lag() > 0) {
                    tracing::info!(target: terminal::NEWS, "{}", tally.line(per_second));
                }
            }
            if let Some(live) = &self.live {
                live.draw(&self.topic, &tally, per_second);
            }
        }
    }

    /// Takes the live view away.
    pub(crate) fn close(&self) {
        if let Some(live) = &self.live {
            terminal::set_bottom(None);
            // That it cannot be cleared is nothing to tell anybody.
            let _ = live.bars.clear();
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    fn new() -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        terminal::set_bottom(Some(bars.clone()));
        let head = bars.add(line());
        Self { bars, head, partitions: Mutex::default() }
    }

    fn draw(&self, topic: &str, tally: &Tally, per_second: u64) {
        self.head.set_message(tally.line(per_second));
        let mut shown: Vec<_> = tally.lags.iter().collect();
        shown.sort_by_key(|(partition, lag)| (-lag.lag, **partition));
        shown.truncate(SHOWN_PARTITIONS);
        let shown: BTreeMap<_, _> = shown.into_iter().collect();
        let mut lines = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|partition, line| {
            let stays = shown.contains_key(partition);
            if !stays {
                self.bars.remove(line);
            }
            stays
        });
        for (partition, lag) in shown {
            let line = lines.entry(*partition).or_insert_with(|| self.bars.add(line()));
            let (next, end, behind) = (number(lag.next), number(lag.end), number(lag.lag));
            line.set_message(format!("{topic}-{partition:<4} {next:>15} of {end:>15}, {behind:>12} behind"));
        }
    }
}

fn number(offset: i64) -> String {
    count(offset.unsigned_abs())
}

/// A line that is nothing but its message.
fn line() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new_spinner().with_style(style)
}
