//! Whether every record stands in exactly one object.

use super::traffic::Traffic;
use crate::command::terminal::{count, say};
use crate::command::tree;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// All objects of a bucket, with their bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents(BTreeMap<String, Vec<u8>>);

impl Contents {
    /// Reads a bucket's folder.
    pub(crate) fn read(bucket: &Path) -> io::Result<Self> {
        let keys = tree::objects(bucket)?.into_keys();
        keys.map(|key| fs::read(bucket.join(&key)).map(|body| (key, body)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Sizes by key.
    pub(crate) fn sizes(&self) -> BTreeMap<String, u64> {
        self.0.iter().map(|(key, body)| (key.clone(), body.len() as u64)).collect()
    }

    /// The objects that hold records.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let objects = self.0.iter().filter(|(_, body)| !body.is_empty());
        objects.map(|(key, body)| (key.as_str(), body.as_slice()))
    }

    /// How often each line stands in all objects together.
    fn lines(&self) -> BTreeMap<&[u8], usize> {
        let mut lines = BTreeMap::new();
        for (_, body) in self.objects() {
            for line in body.split_inclusive(|byte| *byte == b'\n') {
                *lines.entry(line.strip_suffix(b"\n").unwrap_or(line)).or_default() += 1;
            }
        }
        lines
    }

    fn markers(&self) -> usize {
        self.0.values().filter(|body| body.is_empty()).count()
    }
}

/// What the comparison found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Records that stand in no object.
    lost: usize,
    /// Records that stand in objects more often than they were produced.
    doubled: usize,
    /// Objects of the first delivery that are gone or have other bytes.
    changed: usize,
    /// Objects with records that the redeliveries added.
    added: usize,
}

/// Compares the objects with what was produced, and with what they were before the redeliveries.
pub(crate) fn compare(traffic: &Traffic, before: &Contents, after: &Contents) -> Verdict {
    let mut produced: BTreeMap<&[u8], usize> = BTreeMap::new();
    for event in traffic.events() {
        *produced.entry(event.value.as_bytes()).or_default() += 1;
    }
    let delivered = after.lines();
    let missing = |from: &BTreeMap<&[u8], usize>, there: &BTreeMap<&[u8], usize>| -> usize {
        from.iter().map(|(line, times)| times.saturating_sub(there.get(line).copied().unwrap_or(0))).sum()
    };
    Verdict {
        lost: missing(&produced, &delivered),
        doubled: missing(&delivered, &produced),
        changed: before.0.iter().filter(|(key, body)| after.0.get(*key) != Some(*body)).count(),
        added: after.objects().filter(|(key, _)| !before.0.contains_key(*key)).count(),
    }
}

impl Verdict {
    /// Whether nothing was lost, doubled, changed or added.
    pub(crate) fn is_right(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn show(&self, before: &Contents, after: &Contents, existed: u64) -> io::Result<()> {
        let records = |contents: &Contents| contents.lines().values().sum::<usize>();
        for (when, contents) in [("Before", before), ("After ", after)] {
            say(format_args!(
                "{when}  {} records in {} objects",
                count(records(contents) as u64),
                contents.objects().count()
            ))?;
        }
        let Self { lost, doubled, changed, added } = self;
        say(format_args!("{lost} lost, {doubled} doubled, {changed} objects changed, {added} added"))?;
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
    use super::*;

    fn contents(objects: &[(&str, &[&str])]) -> Contents {
        let body = |lines: &[&str]| lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        Contents(objects.iter().map(|(key, lines)| ((*key).to_owned(), body(lines))).collect())
    }

    #[track_caller]
    fn check(after: impl Fn(&str, &str) -> Contents, expected: Verdict) {
        let traffic = Traffic::new(2, 1);
        let [a, b] = [0, 1].map(|index: usize| traffic.events()[index].value.as_str());
        let before = contents(&[("1", &[a]), ("2", &[b])]);
        assert_eq!(compare(&traffic, &before, &after(a, b)), expected);
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
}
