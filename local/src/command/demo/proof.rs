//! Whether every record stands in exactly one object.

use super::pipeline::Pipeline;
use crate::command::terminal::{count, say};
use crate::command::tree;
use anyhow::Context as _;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Where rejected records go; this demo has none.
const QUARANTINE: &str = "quarantine/";

/// All objects of a bucket, and what they say.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    objects: BTreeMap<String, Object>,
    /// How often each row stands in all objects together.
    rows: BTreeMap<Bytes, usize>,
}

#[derive(Debug)]
struct Object {
    body: Bytes,
    rows: usize,
}

impl Contents {
    /// Reads a bucket's folder.
    pub(crate) fn read(bucket: &Path, pipeline: &impl Pipeline) -> anyhow::Result<Self> {
        let keys = tree::objects(bucket)?.into_keys();
        let objects = keys.map(|key| {
            let body = fs::read(bucket.join(&key)).with_context(|| format!("cannot read {key}"))?;
            Ok((key, body.into()))
        });
        Self::of(objects, pipeline)
    }

    fn of(
        objects: impl IntoIterator<Item = anyhow::Result<(String, Bytes)>>,
        pipeline: &impl Pipeline,
    ) -> anyhow::Result<Self> {
        let mut contents = Self::default();
        for object in objects {
            let (key, body) = object?;
            let rows = if key.starts_with(QUARANTINE) {
                // These are JSON Lines whatever the others are.
                body.split_inclusive(|byte| *byte == b'\n').count()
            } else {
                let rows = pipeline.rows(&body).with_context(|| format!("cannot make sense of {key}"))?;
                let count = rows.len();
                for row in rows {
                    *contents.rows.entry(row).or_default() += 1;
                }
                count
            };
            contents.objects.insert(key, Object { body, rows });
        }
        Ok(contents)
    }

    /// Sizes by key.
    pub(crate) fn sizes(&self) -> BTreeMap<String, u64> {
        self.objects.iter().map(|(key, object)| (key.clone(), object.body.len() as u64)).collect()
    }

    /// The objects that hold records.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.delivered().filter(|(_, object)| object.rows > 0).map(|(key, object)| (key, &object.body))
    }

    fn delivered(&self) -> impl Iterator<Item = (&str, &Object)> {
        let objects = self.objects.iter().map(|(key, object)| (key.as_str(), object));
        objects.filter(|(key, _)| !key.starts_with(QUARANTINE))
    }

    fn records(&self) -> usize {
        self.rows.values().sum()
    }

    fn markers(&self) -> usize {
        self.delivered().filter(|(_, object)| object.rows == 0).count()
    }

    fn quarantined(&self) -> usize {
        self.objects
            .iter()
            .filter(|(key, _)| key.starts_with(QUARANTINE))
            .map(|(_, object)| object.rows)
            .sum()
    }
}

/// What the comparison found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Records that stand in no object.
    lost: usize,
    /// Rows that stand in objects more often than they were produced.
    doubled: usize,
    /// Objects of the first delivery that are gone or have other bytes.
    changed: usize,
    /// Objects with records that the redeliveries added.
    added: usize,
    /// Records that were rejected, where all are good.
    quarantined: usize,
}

/// Compares the objects with what was produced, and with what they were before the redeliveries.
pub(crate) fn compare(
    pipeline: &impl Pipeline,
    offsets: &[i64],
    before: &Contents,
    after: &Contents,
) -> Verdict {
    let mut produced: BTreeMap<Bytes, usize> = BTreeMap::new();
    for (index, offset) in offsets.iter().enumerate() {
        *produced.entry(pipeline.row(index, *offset)).or_default() += 1;
    }
    let missing = |from: &BTreeMap<Bytes, usize>, there: &BTreeMap<Bytes, usize>| -> usize {
        from.iter().map(|(row, times)| times.saturating_sub(there.get(row).copied().unwrap_or(0))).sum()
    };
    let is_kept =
        |key: &str, object: &Object| after.objects.get(key).is_some_and(|other| other.body == object.body);
    Verdict {
        lost: missing(&produced, &after.rows),
        doubled: missing(&after.rows, &produced),
        changed: before.objects.iter().filter(|(key, object)| !is_kept(key, object)).count(),
        added: after.objects().filter(|(key, _)| !before.objects.contains_key(*key)).count(),
        quarantined: after.quarantined(),
    }
}

impl Verdict {
    /// Whether nothing was lost, doubled, changed, added or rejected.
    pub(crate) fn is_right(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn show(&self, before: &Contents, after: &Contents, existed: u64) -> io::Result<()> {
        for (when, contents) in [("Before", before), ("After ", after)] {
            say(format_args!(
                "{when}  {} records in {} objects",
                count(contents.records() as u64),
                contents.objects().count()
            ))?;
        }
        let Self { lost, doubled, changed, added, quarantined } = self;
        say(format_args!("{lost} lost, {doubled} doubled, {changed} objects changed, {added} added"))?;
        if *quarantined > 0 {
            say(format_args!("{quarantined} records lie in {QUARANTINE} with the reason"))?;
        }
        if self.is_right() {
            say(format_args!(
                "Every record stands in exactly one object. S3 refused {} writes of what was there already.",
                count(existed)
            ))?;
        }
        let markers = after.markers();
        if markers > 0 {
            say(format_args!(
                "{markers} empty objects mark offsets that a longer object holds; they have no records."
            ))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tracking_log::TrackingLog;
    use super::*;

    fn contents(objects: &[(&str, &[&str])]) -> Contents {
        let body = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>().into();
        let objects = objects.iter().map(|(key, lines)| Ok(((*key).to_owned(), body(lines))));
        Contents::of(objects, &TrackingLog::new(1)).unwrap()
    }

    #[track_caller]
    fn check(after: impl Fn(&str, &str) -> Contents, expected: Verdict) {
        let pipeline = TrackingLog::new(2);
        let [a, b] = [0, 1].map(|index: usize| {
            String::from_utf8(pipeline.records()[index].value.clone().unwrap().into()).unwrap()
        });
        let before = contents(&[("1", &[&a]), ("2", &[&b])]);
        assert_eq!(compare(&pipeline, &[0, 1], &before, &after(&a, &b)), expected);
    }

    #[test]
    fn markers_are_no_addition() {
        check(|a, b| contents(&[("1", &[a]), ("2", &[b]), ("3", &[])]), Verdict::default());
    }

    #[test]
    fn what_is_lost_doubled_changed_or_added_is_counted() {
        check(|a, _| contents(&[("1", &[a])]), Verdict { lost: 1, changed: 1, ..Verdict::default() });
        check(
            |a, b| contents(&[("1", &[a]), ("2", &[b]), ("3", &[b])]),
            Verdict { doubled: 1, added: 1, ..Verdict::default() },
        );
        check(|a, b| contents(&[("1", &[a, b]), ("2", &[])]), Verdict { changed: 2, ..Verdict::default() });
    }

    #[test]
    fn what_lies_in_quarantine_is_not_delivered() {
        check(
            |a, b| contents(&[("1", &[a]), ("2", &[b]), ("quarantine/1", &[a, b])]),
            Verdict { quarantined: 2, ..Verdict::default() },
        );
    }
}
