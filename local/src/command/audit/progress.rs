//! How far an audit is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use local::audit::Step;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

/// A line on standard error that says how far it is; invisible where that is no terminal.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start() -> Self {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner} {human_pos} objects, {per_sec}  {msg}");
        let bar = ProgressBar::with_draw_target(None, target)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub(super) fn step(&self, step: Step<'_>) {
        match step {
            Step::Looked => self.0.inc(1),
            Step::Reading(place) => self.0.set_message(format!("comparing {place} with Kafka")),
            Step::LookedAgain => {
                self.0.set_message("looking again, for the names of what is wrong");
                self.0.tick();
            }
        }
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
