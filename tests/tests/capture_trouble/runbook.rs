//! The runbook's table of troubles.

use end_to_end::tools;
use std::collections::BTreeMap;
use std::fs;

/// What the runbook quotes, by trouble; what was seen is taken out.
pub(crate) struct Runbook(BTreeMap<String, Vec<String>>);

impl Runbook {
    /// Reads the table.
    pub(crate) fn read() -> Self {
        let text =
            fs::read_to_string(tools::root().join("infra/README.md")).expect("the runbook can be read");
        let (_, rest) =
            text.split_once("| trouble | what is seen | do |\n|---|---|---|\n").expect("the table");
        let lines = rest.lines().take_while(|line| line.starts_with('|'));
        let row = |line: &str| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let (trouble, seen) = (cells.next().expect("a trouble"), cells.next().expect("what is seen"));
            // Code stands between every other pair of backticks.
            let quoted: Vec<String> = seen.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            assert!(!quoted.is_empty(), "nothing is quoted of: {trouble}");
            (trouble.to_owned(), quoted)
        };
        Self(lines.map(row).collect())
    }

    /// Compares what was seen with what is quoted.
    #[track_caller]
    pub(crate) fn check(&mut self, trouble: &str, seen: &str) {
        let quoted = self.0.remove(trouble).unwrap_or_else(|| panic!("no row for `{trouble}`: {seen}"));
        for quoted in quoted {
            assert!(seen.contains(&quoted), "{trouble}: `{quoted}` is not in: {seen}");
        }
    }

    /// Each row has been compared.
    #[track_caller]
    pub(crate) fn assert_all_was_seen(&self) {
        assert!(self.0.is_empty(), "never seen: {:?}", self.0.keys());
    }
}
