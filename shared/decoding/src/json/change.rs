//! Debezium's changes: the text of a row instead of that of an envelope.

#[cfg(test)]
mod tests;

use super::field;
use crate::debezium::{DELETE, DELETED, OP, SOURCE, SOURCE_FIELDS, TS_MS, is_beside_row};
use std::borrow::Cow;

/// A row has a member of its own under a name that [`crate::debezium`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameTaken;

/// The text of the row in an envelope, with or without Connect's schema around it; any other text as it is. Both are
/// valid JSON without white space around it.
///
/// An envelope is an object with a text `op`, an object `source`, and `before` or `after` or both, each of them an
/// object or null. The row keeps its own bytes, and the members beside it theirs; without an image it has none but
/// those.
pub(super) fn unwrapped(text: &str) -> Result<Cow<'_, str>, NameTaken> {
    let envelope = Envelope::of(text).or_else(|| Envelope::of(payload(text)?));
    match envelope {
        Some(envelope) => envelope.row().map(Cow::Owned),
        None => Ok(Cow::Borrowed(text)),
    }
}

/// What stands in Connect's JSON envelope of `schema` and `payload`.
fn payload(text: &str) -> Option<&str> {
    let [schema, payload] = field::members(text, ["schema", "payload"])?;
    schema.and(payload)
}

/// The texts of an envelope's members.
struct Envelope<'t> {
    op: &'t str,
    ts_ms: Option<&'t str>,
    source: &'t str,
    /// The row; none where the record has no image of it.
    image: Option<&'t str>,
}

impl<'t> Envelope<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let [before, after, source, op, ts_ms] =
            field::members(text, ["before", "after", "source", "op", "ts_ms"])?;
        let (source, op) = (source?, op?);
        let is_image = |it: &str| it.starts_with('{') || it == "null";
        let are_images = (before.is_some() || after.is_some())
            && before.is_none_or(is_image)
            && after.is_none_or(is_image);
        if !are_images || !source.starts_with('{') || !op.starts_with('"') {
            return None;
        }
        let image = [after, before].into_iter().flatten().find(|image| *image != "null");
        Some(Self { op, ts_ms, source, image })
    }

    fn row(&self) -> Result<String, NameTaken> {
        let image = self.image.unwrap_or("{}");
        if field::has_name(image, is_beside_row) {
            return Err(NameTaken);
        }
        let mut row = String::with_capacity(image.len() + self.source.len());
        // Its closing brace comes at the end.
        row.push_str(&image[..image.len() - 1]);
        let mut is_first = image[1..image.len() - 1].trim_ascii().is_empty();
        let mut push = |prefix: &str, name: &str, value: &str| {
            row.push_str(if is_first { "\"" } else { ",\"" });
            is_first = false;
            for part in [prefix, name, "\":", value] {
                row.push_str(part);
            }
        };
        push("", OP, self.op);
        if let Some(ts_ms) = self.ts_ms {
            push("", TS_MS, ts_ms);
        }
        let fields = field::members(self.source, SOURCE_FIELDS).unwrap_or_default();
        for (name, value) in SOURCE_FIELDS.iter().zip(fields) {
            if let Some(value) = value {
                push(SOURCE, name, value);
            }
        }
        let is_delete = serde_json::from_str::<String>(self.op).is_ok_and(|op| op == DELETE);
        push("", DELETED, if is_delete { "true" } else { "false" });
        row.push('}');
        Ok(row)
    }
}
