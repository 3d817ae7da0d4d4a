//! What people see.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{PoisonError, RwLock};

/// The target of log lines that are worth being seen without being asked for.
pub(crate) const NEWS: &str = "news";

/// What stands at the bottom of the terminal, while lines go above it.
static BOTTOM: RwLock<Option<MultiProgress>> = RwLock::new(None);

/// Writes a line to standard output.
pub(crate) fn say(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Writes a line to standard error; if that is closed, nobody wants to know.
pub(crate) fn note(line: impl Display) {
    above(|| {
        let _ = writeln!(io::stderr().lock(), "{line}");
    });
}

/// Says what stands at the bottom of the terminal from now on.
pub(crate) fn set_bottom(bars: Option<MultiProgress>) {
    *BOTTOM.write().unwrap_or_else(PoisonError::into_inner) = bars;
}

/// Standard error, for a log whose lines go above what stands at the bottom.
pub(crate) struct AboveBottom;

impl io::Write for AboveBottom {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        above(|| io::stderr().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

fn above<T>(write: impl FnOnce() -> T) -> T {
    match &*BOTTOM.read().unwrap_or_else(PoisonError::into_inner) {
        Some(bars) => bars.suspend(write),
        None => write(),
    }
}

/// Writes an error to standard error.
pub(crate) fn complain(error: &impl Display) {
    note(format_args!("landfall: {error}"));
}

/// A bar on standard error; invisible where that is no terminal.
pub(crate) fn progress(total: u64, unit: &str) -> ProgressBar {
    let target =
        if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let template = format!("   {{bar:40}} {{human_pos}} of {{human_len}} {unit}, {{per_sec}}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(total), target).with_style(style)
}

/// Writes a number with a comma between groups of three digits.
pub(crate) fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in [(0_u64, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(count(number), text);
        }
    }
}
