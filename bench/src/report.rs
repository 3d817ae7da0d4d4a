//! What is printed.

use crate::measure::Measured;
use std::{fmt, io};

/// Prints figures as they come, and counts the goals that are missed.
pub(crate) struct Report<W> {
    out: W,
    misses: usize,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
    None,
}

impl<W: io::Write> Report<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, misses: 0 }
    }

    /// Begins a group of figures.
    pub(crate) fn title(&mut self, title: fmt::Arguments<'_>) -> io::Result<()> {
        writeln!(self.out, "\n{title}\n")
    }

    /// What a variant took for so many records; and the bytes that came out, where these matter.
    pub(crate) fn figure(
        &mut self,
        variant: &Measured,
        records: usize,
        bytes: Option<usize>,
    ) -> io::Result<()> {
        let seconds = variant.seconds();
        let bytes = bytes.map_or(String::new(), |bytes| format!("{bytes:>12} bytes"));
        let (milliseconds, thousands) = (seconds * 1e3, records as f64 / seconds / 1e3);
        writeln!(
            self.out,
            "  {:<40}{milliseconds:>10.2} ms{thousands:>10.0} k records/s{bytes}",
            variant.name
        )
    }

    /// A ratio, and whether it is as good as it should be.
    pub(crate) fn ratio(&mut self, what: &str, ratio: f64, goal: Goal) -> io::Result<()> {
        let (goal, is_met) = match goal {
            Goal::AtMost(most) => (format!("<= {most:.2}x"), Some(ratio <= most)),
            Goal::AtLeast(least) => (format!(">= {least:.2}x"), Some(ratio >= least)),
            Goal::None => (String::new(), None),
        };
        let verdict = match is_met {
            Some(true) => "ok",
            Some(false) => "MISS",
            None => "",
        };
        self.misses += usize::from(is_met == Some(false));
        writeln!(self.out, "  {what:<40}{ratio:>9.2}x   {goal:<12}{verdict}")
    }

    /// A sentence, for what could not be measured; that counts as a miss.
    pub(crate) fn missing(&mut self, why: fmt::Arguments<'_>) -> io::Result<()> {
        self.misses += 1;
        writeln!(self.out, "  not measured: {why}")
    }

    /// Ends; says how many goals were missed.
    pub(crate) fn finish(mut self) -> io::Result<usize> {
        match self.misses {
            0 => writeln!(self.out, "\nall goals are met")?,
            misses => writeln!(self.out, "\n{misses} missed")?,
        }
        Ok(self.misses)
    }
}
