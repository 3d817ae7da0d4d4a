//! What was survived, as a table.

use crate::ledger::{Difference, Examples};
use crate::logged::Logged;
use crate::objects::Objects;
use crate::plan::Plan;
use crate::traffic::Sent;
use crate::world::Struck;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What was survived.
#[derive(Debug)]
pub(crate) struct Report {
    /// What was to be survived.
    pub(crate) plan: Plan,
    /// The S3 server's name.
    pub(crate) storage: &'static str,
    /// What happened to the processes.
    pub(crate) struck: Struck,
    /// What the producers did.
    pub(crate) sent: Sent,
    /// What pollers and functions wrote.
    pub(crate) logged: Logged,
    /// How many committed records Kafka has.
    pub(crate) records: u64,
    /// What stands in S3.
    pub(crate) objects: Objects,
    /// How that differs from what Kafka has.
    pub(crate) differences: BTreeMap<Difference, Examples>,
    /// From the first record to the last object.
    pub(crate) elapsed: Duration,
}

impl Report {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let Self { plan, storage, struck, sent, logged, objects, .. } = self;
        let difference =
            |difference: Difference| self.differences.get(&difference).map_or(0, |examples| examples.count);
        vec![
            ("processes killed", count(struck.kills())),
            ("  brokers", count(struck.brokers)),
            ("  brokers whose controller led", count(struck.leading_controllers)),
            ("  pollers", count(struck.pollers)),
            ("  functions", count(struck.functions)),
            ("  S3 servers", format!("{} ({storage})", count(struck.s3))),
            ("pollers stopped with SIGTERM", count(struck.stops)),
            ("partitions added", count(struck.partitions)),
            ("partitions handed to a poller", format!("{} times", count(logged.assignments))),
            ("transactions committed", count(sent.committed_transactions)),
            (
                "transactions aborted",
                format!("{} of {} records", count(sent.aborted_transactions), count(sent.aborted_records)),
            ),
            ("producers replaced", count(sent.new_clients)),
            ("batches delivered", count(logged.invocations)),
            ("batches failed and tried again", count(logged.failures)),
            ("commits that Kafka did not take", count(logged.commit_failures)),
            ("requests to S3 made again", count(logged.retries)),
            ("records redelivered", count(logged.redelivered)),
            ("objects", count(objects.data)),
            (
                "  in quarantine",
                format!("{} of {} records", count(objects.quarantine), count(objects.quarantined)),
            ),
            ("  markers", count(objects.markers)),
            ("records", count(self.records)),
            ("  lost", count(difference(Difference::Lost))),
            ("  doubled", count(difference(Difference::Doubled))),
            ("  altered", count(difference(Difference::Altered))),
            ("  never committed", count(difference(Difference::NeverCommitted))),
            ("damaged objects", count(difference(Difference::Damaged))),
            ("grouped by", format!("{:?}", plan.grouping()).to_lowercase()),
            ("seed", plan.seed.to_string()),
            ("time", format!("{} min {:02} s", self.elapsed.as_secs() / 60, self.elapsed.as_secs() % 60)),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(f, "{name:32} {value}")?;
        }
        Ok(())
    }
}

/// Writes a number with a comma between groups of three digits.
fn count(number: u64) -> String {
    let digits = number.to_string();
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
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(count(number), text);
        }
    }
}
