//! Everything that stands in S3, ticked off against what Kafka has.

use crate::ledger::{Difference, Landed, Ledger};
use crate::traffic::TOPIC;
use bytes::Bytes;
use delivery::{Coverage, Metadata};
use end_to_end::base64;
use end_to_end::s3::S3;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

/// What stands in the bucket.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Objects {
    /// With records, outside quarantine.
    pub(crate) data: u64,
    /// Without records.
    pub(crate) markers: u64,
    /// In quarantine, with records.
    pub(crate) quarantine: u64,
    /// Records in quarantine.
    pub(crate) quarantined: u64,
}

/// A record of an object.
struct Row<'a> {
    partition: i32,
    offset: i64,
    value: Option<Cow<'a, [u8]>>,
}

/// An object that was read back.
struct Object {
    key: String,
    metadata: HashMap<String, String>,
    body: Bytes,
}

impl Objects {
    /// Reads all objects of a bucket, and ticks off what they hold. They are held in memory a few at a time.
    ///
    /// # Panics
    ///
    /// When one cannot be read.
    pub(crate) async fn tick_off(s3: &S3, bucket: &str, ledger: &mut Ledger) -> Self {
        let client = s3.client();
        let reads = s3.keys(bucket).await.into_iter().map(|key| {
            let client = client.clone();
            async move {
                let read = client.get_object().bucket(bucket).key(&key).send().await?;
                let metadata = read.metadata.unwrap_or_default();
                let body = read.body.collect().await.expect("a body comes whole").into_bytes();
                Ok::<_, aws_sdk_s3::Error>(Object { key, metadata, body })
            }
        });
        let mut objects = stream::iter(reads).buffer_unordered(16);
        let mut counts = Self::default();
        while let Some(object) = objects.try_next().await.expect("every object that is listed can be read") {
            counts.add(&object, ledger);
        }
        counts
    }

    fn add(&mut self, object: &Object, ledger: &mut Ledger) {
        let rows = match object.rows() {
            Ok(rows) => rows,
            Err(problem) => return ledger.note(Difference::Damaged, format!("{} {problem}", object.key)),
        };
        let key = &object.key;
        for Row { partition, offset, value } in &rows {
            ledger.tick(*partition, *offset, Landed { key, value: value.as_deref() });
        }
        match (rows.len() as u64, object.is_quarantine()) {
            (0, _) => self.markers += 1,
            (_, false) => self.data += 1,
            (records, true) => {
                self.quarantine += 1;
                self.quarantined += records;
            }
        }
    }
}

impl Object {
    fn is_quarantine(&self) -> bool {
        self.key.starts_with("quarantine/")
    }

    /// The records, or why it cannot be what its key and its metadata say.
    fn rows(&self) -> Result<Vec<Row<'_>>, String> {
        let (partition, first) = parse_key(&self.key).ok_or("is not named as objects of this topic are")?;
        let coverage = self.metadata.get(Metadata::COVERAGE).ok_or("has no coverage")?;
        let coverage: Coverage = coverage.parse().map_err(|error| format!("covers {coverage}: {error}"))?;
        let lines: Vec<&[u8]> = self.body.split_inclusive(|byte| *byte == b'\n').collect();
        if coverage.first() != first {
            return Err(format!("covers offsets from {} on", coverage.first()));
        }
        if self.metadata.contains_key(Metadata::IDENTITY) == lines.is_empty() {
            return Err(format!("has {} lines, which its identity does not fit", lines.len()));
        }
        if !lines.is_empty() && coverage.count() != lines.len() as u64 {
            return Err(format!("has {} lines for {} offsets", lines.len(), coverage.count()));
        }
        let rows = coverage.offsets().zip(lines);
        rows.map(|(offset, line)| {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let value = if self.is_quarantine() {
                rejected(line, (partition, offset))?
            } else {
                Some(Cow::Borrowed(line))
            };
            Ok(Row { partition, offset, value })
        })
        .collect()
    }
}

/// The value that a line of quarantine keeps; it must name the record that the object's coverage names.
fn rejected(line: &[u8], (partition, offset): (i32, i64)) -> Result<Option<Cow<'static, [u8]>>, String> {
    let line: Value = serde_json::from_slice(line).map_err(|error| format!("is not JSON: {error}"))?;
    let named = (line["topic"].as_str(), line["partition"].as_i64(), line["offset"].as_i64());
    if named != (Some(TOPIC), Some(partition.into()), Some(offset)) {
        return Err(format!("names {named:?} at offset {offset}"));
    }
    Ok(line["value"].as_str().map(|value| Cow::Owned(base64::decode(value))))
}

/// Partition and first offset, as the key ends: `chaos+0+0000000042.json`.
fn parse_key(key: &str) -> Option<(i32, i64)> {
    let name = key.rsplit('/').next()?.strip_prefix(TOPIC)?.strip_prefix('+')?;
    let (partition, rest) = name.split_once('+')?;
    let (offset, _extension) = rest.split_once('.')?;
    Some((partition.parse().ok()?, offset.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Examples;

    fn object(key: &str, coverage: &str, body: &str) -> Object {
        let mut metadata: HashMap<String, String> =
            [(Metadata::COVERAGE.to_owned(), coverage.to_owned())].into();
        if !body.is_empty() {
            metadata.insert(Metadata::IDENTITY.to_owned(), "0123456789abcdef".to_owned());
        }
        Object { key: key.to_owned(), metadata, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        let values: [Option<&[u8]>; 3] = [Some(b"{\"a\":1.50}"), None, Some(b"{")];
        for (offset, value) in [5, 6, 9].into_iter().zip(values) {
            ledger.enter(2, offset, value);
        }
        ledger
    }

    const DATA: &str = "topics/chaos/user=a/chaos+2+0000000005.json";

    const QUARANTINE: &str = "quarantine/chaos/partition=2/chaos+2+0000000009.json";

    const REJECTED: &str = r#"{"topic":"chaos","partition":2,"offset":9,"key":null,"value":"ew=="}"#;

    #[test]
    fn objects_markers_and_quarantine_are_told_apart() {
        let (mut ledger, mut objects) = (ledger(), Objects::default());
        objects.add(&object(DATA, "5:2", "{\"a\":1.50}\nnull\n"), &mut ledger);
        objects.add(&object("topics/chaos/user=a/chaos+2+0000000006.json", "6:1", ""), &mut ledger);
        objects.add(&object(QUARANTINE, "9:1", &format!("{REJECTED}\n")), &mut ledger);
        assert_eq!(objects, Objects { data: 1, markers: 1, quarantine: 1, quarantined: 1 });
        assert_eq!(ledger.close(), [].into());
    }

    #[test]
    fn a_record_in_data_and_in_quarantine_is_doubled() {
        let (mut ledger, mut objects) = (ledger(), Objects::default());
        objects.add(&object(DATA, "5:2,2,1", "{\"a\":1.50}\nnull\n{\n"), &mut ledger);
        objects.add(&object(QUARANTINE, "9:1", &format!("{REJECTED}\n")), &mut ledger);
        let doubled = Examples { count: 1, first: vec![format!("2@9 in {QUARANTINE}")] };
        assert_eq!(ledger.close(), [(Difference::Doubled, doubled)].into());
    }

    #[track_caller]
    fn check_damaged(object: &Object, problem: &str) {
        let (mut ledger, mut objects) = (Ledger::default(), Objects::default());
        objects.add(object, &mut ledger);
        let damaged = Examples { count: 1, first: vec![format!("{} {problem}", object.key)] };
        assert_eq!((objects, ledger.close()), (Objects::default(), [(Difference::Damaged, damaged)].into()));
    }

    #[test]
    fn an_object_that_is_not_what_it_says_is_damaged() {
        check_damaged(&object(DATA, "5:2", "{}\n"), "has 1 lines for 2 offsets");
        check_damaged(&object(DATA, "6:1", "{}\n"), "covers offsets from 6 on");
        check_damaged(&object("a.json", "5:1", "{}\n"), "is not named as objects of this topic are");
        let stripped = Object { metadata: HashMap::new(), ..object(DATA, "5:1", "{}\n") };
        check_damaged(&stripped, "has no coverage");
        let emptied = Object { body: Bytes::new(), ..object(DATA, "5:1", "{}\n") };
        check_damaged(&emptied, "has 0 lines, which its identity does not fit");
        let moved = object(QUARANTINE, "9:1", &REJECTED.replace(":9,", ":8,"));
        check_damaged(&moved, "names (Some(\"chaos\"), Some(2), Some(8)) at offset 9");
    }
}
