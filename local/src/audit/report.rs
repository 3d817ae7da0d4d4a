//! What comes out of an audit.

use super::finding::{Finding, FindingKind};
use super::gaps::View;
use super::inventory::Tally;
use super::ledger::Ledger;
use super::names::TopicPartition;
use super::ranges::Ranges;
use super::{Audit, Depth};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How the shape of the JSON is called; it changes when a member changes its meaning or goes.
const VERSION: u32 = 1;

/// What comes out of an audit.
#[derive(Debug, Serialize)]
pub struct Report {
    version: u32,
    bucket: String,
    prefix: String,
    /// Whether bodies were opened.
    deep: bool,
    /// Whether Kafka was asked.
    kafka: bool,
    /// The group whose committed offsets were asked for.
    group: Option<String>,
    verdict: Verdict,
    looked_at: Tally,
    partitions: Vec<PartitionReport>,
    findings: Vec<Finding>,
}

/// What an audit comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing is lost, doubled, damaged or unclear.
    Whole,
    /// Something is.
    Damaged,
}

/// What stands in objects of a partition.
#[derive(Debug, Serialize)]
pub struct PartitionReport {
    cluster: Option<String>,
    topic: String,
    partition: i32,
    /// Objects with records.
    objects: u64,
    /// Records in those.
    records: u64,
    /// Bytes of all objects.
    bytes: u64,
    markers: u64,
    /// Offsets that stand in data.
    present: Ranges,
    /// Offsets that stand in quarantine.
    quarantined: Ranges,
    /// Offsets that markers answer for.
    marked: Ranges,
    /// Kafka's ends and the group's offset.
    low: Option<i64>,
    high: Option<i64>,
    committed: Option<i64>,
}

impl PartitionReport {
    pub(super) fn new(place: &TopicPartition, ledger: &Ledger, view: Option<View>) -> Self {
        let TopicPartition { cluster, topic, partition } = place.clone();
        let (data, quarantine) = (&ledger.data, &ledger.quarantine);
        Self {
            cluster,
            topic,
            partition,
            objects: data.objects + quarantine.objects,
            records: data.held().len(),
            bytes: data.bytes + quarantine.bytes,
            markers: data.markers + quarantine.markers,
            present: data.held().into(),
            quarantined: quarantine.held().into(),
            marked: (&(data.marked() | quarantine.marked())).into(),
            low: view.map(|view| view.watermarks.low),
            high: view.map(|view| view.watermarks.high),
            committed: ledger.committed(),
        }
    }

    /// Where it is.
    pub fn place(&self) -> TopicPartition {
        TopicPartition { cluster: self.cluster.clone(), topic: self.topic.clone(), partition: self.partition }
    }
}

impl Report {
    pub(super) fn new(
        audit: &Audit<'_>,
        partitions: Vec<PartitionReport>,
        findings: impl Iterator<Item = Finding>,
        looked_at: Tally,
    ) -> Self {
        let mut findings: Vec<Finding> = findings.collect();
        // What is wrong first, the worst of it first.
        findings.sort_by(|left, right| (left.kind, &left.place).cmp(&(right.kind, &right.place)));
        let is_damaged =
            findings.iter().any(|finding| finding.kind.is_damage()) || looked_at.more_findings > 0;
        Self {
            version: VERSION,
            bucket: audit.bucket.name().to_owned(),
            prefix: audit.prefix.to_owned(),
            deep: audit.depth == Depth::Bodies,
            kafka: audit.cluster.is_some(),
            group: audit.cluster.and_then(|cluster| cluster.group()).map(str::to_owned),
            verdict: if is_damaged { Verdict::Damaged } else { Verdict::Whole },
            looked_at,
            partitions,
            findings,
        }
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// All that was found: what is wrong first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What stands in objects, by partition.
    pub fn partitions(&self) -> &[PartitionReport] {
        &self.partitions
    }

    /// What was looked at.
    pub fn looked_at(&self) -> Tally {
        self.looked_at
    }

    fn damages(&self) -> BTreeMap<FindingKind, u64> {
        let mut damages = BTreeMap::new();
        for finding in self.findings.iter().filter(|finding| finding.kind.is_damage()) {
            *damages.entry(finding.kind).or_default() += finding.offsets.count().max(1);
        }
        damages
    }
}

/// For people: a table of partitions, the findings, and one sentence.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_table(f, &self.rows())?;
        for (title, is_damage) in [("Wrong:", true), ("Noted:", false)] {
            let mut findings = self.findings.iter().filter(|it| it.kind.is_damage() == is_damage).peekable();
            if findings.peek().is_some() {
                writeln!(f, "\n{title}")?;
            }
            for finding in findings {
                writeln!(f, "  {:<21} {finding}", finding.kind.name())?;
            }
        }
        writeln!(f)?;
        self.write_sentence(f)
    }
}

impl Report {
    fn rows(&self) -> Vec<Vec<String>> {
        /// Ranges of a partition that the table has room for; `--json` has all.
        const SHOWN: usize = 4;
        let mut head = vec!["partition", "records", "objects", "markers", "quarantined", "offsets"];
        if self.kafka {
            head.extend(["low", "committed", "end"]);
        }
        let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
        let number = |number: Option<i64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        for partition in &self.partitions {
            let mut row = vec![
                partition.place().to_string(),
                partition.records.to_string(),
                partition.objects.to_string(),
                partition.markers.to_string(),
                partition.quarantined.count().to_string(),
                partition.present.abridged(SHOWN),
            ];
            if self.kafka {
                row.extend([partition.low, partition.committed, partition.high].map(number));
            }
            rows.push(row);
        }
        rows
    }

    fn write_sentence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { listed, objects, markers, quarantine_objects, opened, more_findings, .. } =
            self.looked_at;
        let records: u64 = self.partitions.iter().map(|partition| partition.records).sum();
        write!(f, "Looked at {listed} objects of s3://{}/{}", self.bucket, self.prefix)?;
        write!(
            f,
            " ({objects} with {records} records, {markers} markers, {quarantine_objects} of quarantine"
        )?;
        match self.deep {
            true => write!(f, "; {opened} opened)")?,
            false => f.write_str("; none opened)")?,
        }
        match (self.kafka, &self.group) {
            (false, _) => f.write_str(", without a broker")?,
            (true, Some(group)) => write!(f, ", next to Kafka and what group {group} has committed")?,
            (true, None) => {
                f.write_str(", next to Kafka, without a group that tells what should have been delivered")?;
            }
        }
        if self.verdict == Verdict::Whole {
            return f.write_str(": every offset that is due stands in exactly one object.");
        }
        let damages = self.damages().into_iter().map(|(kind, count)| format!("{count} {}", kind.name()));
        let more = (more_findings > 0).then(|| format!("{more_findings} more findings"));
        let all: Vec<String> = damages.chain(more).collect();
        write!(f, ": {}.", all.join(", "))
    }
}

/// Writes rows in columns: the first to the left, numbers to the right.
fn write_table(f: &mut fmt::Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // Names and ranges read from the left.
            line += &match index {
                0 | 5 => format!("{cell:<width$}  "),
                _ => format!("{cell:>width$}  "),
            };
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}
