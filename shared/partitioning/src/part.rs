//! One partitioner, from row to row.

use crate::bucket::{Bucket, OffsetSpan};
use crate::placer::Unplaced;
use crate::{Fields, Partitioner, TimeBased};
use naming::{Delimiter, Path, encode_value};
use record::{Field, FieldPath, RejectionKind, Row};

/// One partitioner, and the path of the last row that it placed.
pub(crate) struct Part<'p> {
    last: Last<'p>,
    path: String,
    /// The path of the row at hand, until it is known to be another.
    next_path: String,
}

/// What the last row had, so that a row that has the same needs no new path.
enum Last<'p> {
    Default { partition: Option<i32> },
    Field { fields: &'p Fields },
    TimeBased { settings: &'p TimeBased, span: Option<OffsetSpan>, bucket: Option<Bucket> },
}

impl<'p> Part<'p> {
    pub(crate) fn new(partitioner: &'p Partitioner) -> Self {
        let last = match partitioner {
            Partitioner::Default => Last::Default { partition: None },
            Partitioner::Field(fields) => Last::Field { fields },
            Partitioner::TimeBased(settings) => Last::TimeBased { settings, span: None, bucket: None },
        };
        Self { last, path: String::new(), next_path: String::new() }
    }

    /// Finds the path of a row; says whether it is another than that of the row before.
    pub(crate) fn update<'b>(
        &mut self,
        row: &impl Row<'b>,
        delimiter: &Delimiter,
        now_ms: i64,
    ) -> Result<bool, Unplaced> {
        self.next_path.clear();
        match &mut self.last {
            Last::Default { partition } => {
                let of_row = row.record().partition();
                if partition.replace(of_row) == Some(of_row) {
                    return Ok(false);
                }
                self.next_path.push_str(Path::of_partition(of_row).as_str());
            }
            Last::Field { fields } => write_fields(&mut self.next_path, fields, row, delimiter)?,
            Last::TimeBased { settings, span, bucket } => {
                let no_timestamp = |message| Unplaced { kind: RejectionKind::NoTimestamp, message };
                let instant_ms = settings
                    .extractor
                    .timestamp_ms(row, now_ms, &settings.time_zone)
                    .map_err(no_timestamp)?;
                if bucket.as_ref().is_some_and(|bucket| bucket.instants_ms.contains(&instant_ms)) {
                    return Ok(false);
                }
                let found = write_time(&mut self.next_path, settings, span, instant_ms).ok_or_else(|| {
                    no_timestamp(
                        "the timestamp is out of the range of dates, which ends with the year 9999"
                            .to_owned(),
                    )
                })?;
                *bucket = Some(found);
            }
        }
        std::mem::swap(&mut self.path, &mut self.next_path);
        Ok(self.path != self.next_path)
    }

    /// The path of the last row that was placed.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// Writes the path of an instant's bucket; none where it is out of the range of dates.
fn write_time(
    text: &mut String,
    settings: &TimeBased,
    span: &mut Option<OffsetSpan>,
    instant_ms: i64,
) -> Option<Bucket> {
    let TimeBased { duration_ms, format, time_zone, extractor: _ } = settings;
    let span = match span.take().filter(|span| span.instants_ms.contains(&instant_ms)) {
        Some(known) => span.insert(known),
        None => span.insert(OffsetSpan::of(instant_ms, time_zone)?),
    };
    let bucket = span.bucket(instant_ms, *duration_ms)?;
    format.write(text, bucket.local_start, time_zone)?;
    Some(bucket)
}

/// Writes `<name>=<value>` for each field.
fn write_fields<'b>(
    text: &mut String,
    fields: &Fields,
    row: &impl Row<'b>,
    delimiter: &Delimiter,
) -> Result<(), Unplaced> {
    for (index, name) in fields.as_slice().iter().enumerate() {
        if index > 0 {
            text.push_str(delimiter.as_str());
        }
        text.push_str(&encode_value(name.as_str()));
        text.push('=');
        match row.field(name) {
            Field::Absent => text.push_str("null"),
            Field::Boolean(value) => text.push_str(if value { "true" } else { "false" }),
            Field::Integer(digits) => text.push_str(if digits == "-0" { "0" } else { &digits }),
            Field::Text(value) => text.push_str(&encode_value(&value)),
            Field::NotAnObject => {
                return Err(unusable(format!("the value is not an object, so it has no field `{name}`")));
            }
            Field::Timestamp(_) => return Err(unusable(cannot_name(name, "timestamp"))),
            Field::Other(type_name) => return Err(unusable(cannot_name(name, type_name))),
        }
    }
    Ok(())
}

fn cannot_name(field: &FieldPath, type_name: &str) -> String {
    format!(
        "the field `{field}` has the type {type_name}, where a text, a whole number, a boolean or null is \
         expected"
    )
}

fn unusable(message: String) -> Unplaced {
    Unplaced { kind: RejectionKind::UnusableField, message }
}

#[cfg(test)]
mod tests;
