//! Whether a value is what its schema says.
//!
//! arrow-avro is the faster for trusting what it reads: a union of a type and null takes any number for a branch, a
//! value that breaks off leaves columns of different lengths, and a UUID's flaw is told with its bytes. So a value is
//! walked through before, without an allocation; what passes decodes.

use super::super::TimeUnit;
use super::cursor::Cursor;
use super::decimal;
use super::flaw::{Checked, Flaw, ITEMS};
use super::graph::{Graph, Kind, Meaning, NodeId};
use super::json;
use super::zoned;
use std::borrow::Cow;
use std::ops::Range;

/// A check of values of one schema.
#[derive(Debug)]
pub(super) struct Check<'g> {
    graph: &'g Graph,
    /// JSON texts, and the places of the records that they stand for.
    replaced: Vec<(Range<usize>, String)>,
}

impl<'g> Check<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self { graph, replaced: Vec::new() }
    }

    /// Checks a value and returns it, with a text in place of each record that becomes JSON.
    pub(super) fn value<'p>(&mut self, value: &'p [u8]) -> Result<Cow<'p, [u8]>, String> {
        self.replaced.clear();
        let mut cursor = Cursor::new(value);
        self.root(&mut cursor).map_err(|flaw| flaw.sentence())?;
        match cursor.left() {
            0 if self.replaced.is_empty() => Ok(Cow::Borrowed(value)),
            0 => Ok(Cow::Owned(self.with_texts(value))),
            1 => Err("the value has a byte after what its schema describes".to_owned()),
            left => Err(format!("the value has {left} bytes after what its schema describes")),
        }
    }

    /// The outermost record is the row, even where its type contains itself.
    fn root(&mut self, value: &mut Cursor<'_>) -> Checked {
        let graph = self.graph;
        match graph.kind(graph.root) {
            Kind::Record(record) if !record.fields.is_empty() => {
                for field in &record.fields {
                    self.node(field.node, value).map_err(|flaw| flaw.within(&field.name))?;
                }
                Ok(())
            }
            _ => self.node(graph.root, value),
        }
    }

    fn node(&mut self, id: NodeId, value: &mut Cursor<'_>) -> Checked {
        let graph = self.graph;
        let meaning = graph.meaning(id);
        match graph.kind(id) {
            Kind::Null => {}
            Kind::Boolean => drop(value.boolean()?),
            Kind::Int => {
                let number = value.int()?;
                if let Meaning::Time { unit, is_optional } = meaning {
                    time(number.into(), unit, is_optional)?;
                }
            }
            Kind::Long => {
                let number = value.long()?;
                if let Meaning::Time { unit, is_optional } = meaning {
                    time(number, unit, is_optional)?;
                }
            }
            Kind::Float => drop(value.take(4)?),
            Kind::Double => drop(value.take(8)?),
            Kind::Bytes => number(value.bytes()?, meaning)?,
            Kind::Fixed { size, .. } => number(value.take(*size)?, meaning)?,
            Kind::String if matches!(meaning, Meaning::Uuid | Meaning::ZonedTimestamp) => {
                text(value.text()?, meaning)?;
            }
            Kind::String => value.skip_text()?,
            Kind::Enum(enumeration) => drop(value.index(enumeration.symbols.len())?),
            Kind::Union(branches) => {
                let branch = value.index(branches.len())?;
                self.node(branches[branch], value)?;
            }
            Kind::Array(items) => {
                value.items(|value| self.node(*items, value)).map_err(|flaw| flaw.within(ITEMS))?;
            }
            Kind::Map(values) => {
                let entry = |value: &mut Cursor<'_>| {
                    value.skip_text()?;
                    self.node(*values, value)
                };
                value.items(entry).map_err(|flaw| flaw.within(ITEMS))?;
            }
            Kind::Record(_) if meaning == Meaning::Json => {
                let start = value.position();
                let mut text = String::new();
                json::write(graph, id, value, &mut text)?;
                self.replaced.push((start..value.position(), text));
            }
            Kind::Record(record) => {
                for field in &record.fields {
                    self.node(field.node, value).map_err(|flaw| flaw.within(&field.name))?;
                }
            }
        }
        Ok(())
    }

    fn with_texts(&self, value: &[u8]) -> Vec<u8> {
        let mut replaced = Vec::with_capacity(value.len());
        let mut end = 0;
        for (place, text) in &self.replaced {
            replaced.extend_from_slice(&value[end..place.start]);
            // An Avro string: its length, then its bytes.
            let mut length = (text.len() as u64) << 1;
            while length >= 0x80 {
                replaced.push(length as u8 | 0x80);
                length >>= 7;
            }
            replaced.push(length as u8);
            replaced.extend_from_slice(text.as_bytes());
            end = place.end;
        }
        replaced.extend_from_slice(&value[end..]);
        replaced
    }
}

fn time(number: i64, unit: TimeUnit, is_optional: bool) -> Checked {
    let a_day = 86_400
        * match unit {
            TimeUnit::Milliseconds => 1_000,
            TimeUnit::Microseconds => 1_000_000,
            TimeUnit::Nanoseconds => 1_000_000_000,
        };
    if (0..a_day).contains(&number) {
        return Ok(());
    }
    Err(Flaw::new(if is_optional {
        "is below zero or not below 24 hours, so it is no time of day; with debezium.temporal=timestamps it is a \
         number"
    } else {
        "is below zero or not below 24 hours, so it is no time of day"
    }))
}

fn number(bytes: &[u8], meaning: Meaning) -> Checked {
    match meaning {
        Meaning::Decimal { precision, .. } if !decimal::fits(bytes, precision) => {
            Err(Flaw::new(format!("is a decimal of more digits than its precision of {precision}")))
        }
        _ => Ok(()),
    }
}

fn text(text: &str, meaning: Meaning) -> Checked {
    match meaning {
        Meaning::Uuid if !is_uuid(text) => Err(Flaw::new("is not a UUID")),
        Meaning::ZonedTimestamp if zoned::microseconds(text).is_none() => Err(Flaw::new(
            "is not a date and time of ISO 8601 with a zone; with debezium.temporal=raw it is a text",
        )),
        _ => Ok(()),
    }
}

/// Whether a text is a UUID in one of the forms that arrow-avro reads.
fn is_uuid(text: &str) -> bool {
    let braced = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let is_urn = text.get(..9).is_some_and(|prefix| prefix.eq_ignore_ascii_case("urn:uuid:"));
    let hyphenated = braced.unwrap_or(if is_urn { &text[9..] } else { text });
    let is_hyphen = |index| matches!(index, 8 | 13 | 18 | 23);
    let mut bytes = hyphenated.bytes().enumerate();
    match hyphenated.len() {
        36 => {
            bytes.all(|(index, byte)| if is_hyphen(index) { byte == b'-' } else { byte.is_ascii_hexdigit() })
        }
        _ => text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
    }
}
