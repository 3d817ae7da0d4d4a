//! What people see: redrawn on a terminal, line after line elsewhere.

use crate::shop::Shop;
use crate::sides::{Pair, Sides};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The columns of the table that is shown, and how wide they are.
const COLUMNS: [(&str, usize); 5] = [("id", 4), ("sku", 8), ("total", 7), ("status", 8), ("coupon", 7)];

/// How many of its rows are shown.
const ROWS: usize = 12;

/// The two sides at a time.
pub(crate) struct Scene<'a> {
    /// How long the shop has been open.
    pub(crate) elapsed: Duration,
    /// All tables; the last is shown.
    pub(crate) sides: &'a [Sides],
    /// Whether there will be more changes.
    pub(crate) is_open: bool,
    /// What was done.
    pub(crate) shop: &'a Shop,
}

/// Standard output.
pub(crate) struct Screen {
    is_terminal: bool,
    /// How many lines stand there that the next scene takes the place of.
    drawn: Mutex<usize>,
}

impl Screen {
    /// Standard output as it is.
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stdout().is_terminal(), drawn: Mutex::new(0) }
    }

    /// Writes a line.
    pub(crate) fn line(&self, line: &str) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        *drawn = 0;
        // If it is closed, nobody wants to know.
        let _ = writeln!(io::stdout().lock(), "{line}");
    }

    /// Writes a sentence to standard error.
    pub(crate) fn complain(&self, problem: &str) {
        let _ = writeln!(io::stderr().lock(), "demo-cdc: {problem}");
    }

    /// Starts a part, and says how long that took.
    pub(crate) fn timed<T>(&self, name: &str, start: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let part = start();
        self.started(name, started.elapsed());
        part
    }

    /// Says that a part runs.
    pub(crate) fn started(&self, name: &str, took: Duration) {
        self.line(&format!("  {name:<52} {:>5.1} s", took.as_secs_f64()));
    }

    /// Shows the two sides.
    pub(crate) fn show(&self, scene: &Scene<'_>) {
        if !self.is_terminal {
            self.line(&scene.summary());
            return;
        }
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let width = width();
        let lines = scene.lines();
        let mut text = String::new();
        if *drawn > 0 {
            // Up to where the last scene began, and away with it.
            let _ = write!(text, "\x1b[{drawn}A\x1b[J");
        }
        for line in &lines {
            text.extend(line.chars().take(width));
            text.push('\n');
        }
        *drawn = lines.len();
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    }

    /// Says how it ended, where the last change was readable or given up after this time.
    pub(crate) fn finish(&self, scene: &Scene<'_>, after: Duration) {
        if !self.is_terminal {
            self.line("");
            self.line(&scene.lines().join("\n"));
        }
        let lag = scene.lag();
        let verdict = match lag {
            0 => {
                let rows: usize = scene.sides.iter().map(|sides| sides.rows.len()).sum();
                let after = after.as_secs_f64();
                format!(
                    "Equal: all {rows} rows of {} tables, {after:.1} s after the last change ({})",
                    scene.sides.len(),
                    scene.shop.done()
                )
            }
            lag => format!("Not equal: {lag} rows differ"),
        };
        self.line(&format!("\n{verdict}"));
    }
}

impl Scene<'_> {
    fn lag(&self) -> usize {
        self.sides.iter().map(Sides::differing).sum()
    }

    /// One line.
    fn summary(&self) -> String {
        let tables: Vec<String> = self.sides.iter().map(counted).collect();
        let state = if self.is_open { "open" } else { "closed" };
        let elapsed = self.elapsed.as_secs_f64();
        format!("{elapsed:>6.1} s  {state:<6}  {}; rows that differ: {}", tables.join(", "), self.lag())
    }

    /// The whole scene.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.summary(), String::new()];
        let Some(shown) = self.sides.last() else { return lines };
        let side = COLUMNS.iter().map(|(_, width)| width + 1).sum();
        lines.push(format!("  {:<side$}   {}", format!("{} in MySQL", shown.table), "in Parquet objects"));
        let names = cells(|name| name.to_owned());
        lines.push(format!("  {names}   {names}"));
        for pair in pick(shown) {
            let sign = if pair.is_equal() { ' ' } else { '≠' };
            lines.push(format!("  {}  {sign}{}", of_row(pair.mysql.first()), of_row(pair.objects.first())));
        }
        // As many lines each time, so that nothing jumps.
        lines.resize(ROWS + 4, String::new());
        lines
    }
}

/// How many rows there are on both sides.
fn counted(sides: &Sides) -> String {
    let [mysql, objects] = sides.counts();
    format!("{} {mysql}/{objects}", sides.table)
}

/// The rows that are shown: those that differ, and the newest others.
fn pick(sides: &Sides) -> Vec<&Pair> {
    let mut picked: Vec<(&String, &Pair)> =
        sides.rows.iter().rev().filter(|(_, pair)| !pair.is_equal()).collect();
    picked.truncate(ROWS);
    let equal = sides.rows.iter().rev().filter(|(_, pair)| pair.is_equal());
    picked.extend(equal.take(ROWS - picked.len()).collect::<Vec<_>>());
    picked.sort_by_key(|(key, _)| *key);
    picked.into_iter().map(|(_, pair)| pair).collect()
}

fn of_row(row: Option<&Value>) -> String {
    match row {
        Some(row) => cells(|name| cell(&row[name])),
        None => cells(|_| String::new()),
    }
}

fn cells(of: impl Fn(&str) -> String) -> String {
    COLUMNS.iter().fold(String::new(), |mut line, (name, width)| {
        let cell: String = of(name).chars().take(*width).collect();
        let _ = write!(line, "{cell:<width$} ");
        line
    })
}

/// A value in few characters; what JSON has no word for is an object with one member.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(tagged) => tagged.values().next().map(cell).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// How many characters a line of the terminal has.
fn width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout()).map_or(80, |size| usize::from(size.ws_col).max(1))
}
