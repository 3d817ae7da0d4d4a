//! Rows for tests: real records, with fields made up.

use record::event::{EventWriter, NewRecord, parse};
use record::{Batch, Field, FieldPath, Record, Row, Source, TimestampType};

/// What a test wants to know placed.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) topic: &'static str,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// -1 where Kafka has none.
    pub(crate) timestamp_ms: i64,
    /// By dotted name; what is not there is absent. None where the value is not an object.
    pub(crate) fields: Option<Vec<(&'static str, Field<'static>)>>,
}

impl Default for Sample {
    fn default() -> Self {
        Self { topic: "orders", partition: 0, offset: 0, timestamp_ms: -1, fields: Some(Vec::new()) }
    }
}

impl Sample {
    pub(crate) fn at(timestamp_ms: i64) -> Self {
        Self { timestamp_ms, ..Self::default() }
    }

    pub(crate) fn with(fields: &[(&'static str, Field<'static>)]) -> Self {
        Self { fields: Some(fields.to_vec()), ..Self::default() }
    }
}

pub(crate) fn text(text: &'static str) -> Field<'static> {
    Field::Text(text.into())
}

pub(crate) fn integer(digits: &'static str) -> Field<'static> {
    Field::Integer(digits.into())
}

/// A batch of the samples; the value of each record is the sample's index.
pub(crate) fn batch(samples: &[Sample]) -> Batch {
    let mut event = EventWriter::new(Source::SelfManaged, "localhost:9092".to_owned());
    for (index, sample) in samples.iter().enumerate() {
        event.push(&NewRecord {
            topic: sample.topic,
            partition: sample.partition,
            offset: sample.offset,
            timestamp_ms: sample.timestamp_ms,
            timestamp_type: TimestampType::CreateTime,
            key: None,
            value: Some(index.to_string().as_bytes()),
            headers: Vec::new(),
        });
    }
    parse(&event.finish()).unwrap()
}

/// A record of a [`batch`], decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SampleRow<'b> {
    record: Record<'b>,
    sample: &'b Sample,
}

impl SampleRow<'_> {
    /// Which sample it is.
    pub(crate) fn index(&self) -> usize {
        index(self.record)
    }
}

fn index(record: Record<'_>) -> usize {
    std::str::from_utf8(record.value().unwrap()).unwrap().parse().unwrap()
}

/// The rows of a batch, in its order.
pub(crate) fn rows<'b>(batch: &'b Batch, samples: &'b [Sample]) -> Vec<SampleRow<'b>> {
    batch.records().map(|record| SampleRow { record, sample: &samples[index(record)] }).collect()
}

impl<'b> Row<'b> for SampleRow<'b> {
    fn record(&self) -> Record<'b> {
        self.record
    }

    fn field(&self, path: &FieldPath) -> Field<'_> {
        let Some(fields) = &self.sample.fields else { return Field::NotAnObject };
        fields
            .iter()
            .find(|(name, _)| *name == path.as_str())
            .map_or(Field::Absent, |(_, field)| field.clone())
    }
}
