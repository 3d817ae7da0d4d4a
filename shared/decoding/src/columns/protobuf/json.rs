//! Messages as JSON texts: Protobuf's JSON mapping, with the names of the `.proto` and maps in the order of keys.

use super::cells::{integer, sorted, symbol, text_of};
use prost_reflect::{DynamicMessage, Kind, ReflectMessage, Value};
use std::fmt::Write;

/// How deep messages inside of `Any` are unpacked; each of them is decoded anew.
const MAX_ANY_DEPTH: usize = 50;

/// A message's JSON text.
pub(super) fn text(message: &DynamicMessage) -> String {
    let mut writer = Writer { out: String::new(), any_depth: 0 };
    writer.message(message);
    writer.out
}

struct Writer {
    out: String,
    any_depth: usize,
}

impl Writer {
    fn message(&mut self, message: &DynamicMessage) {
        match message.descriptor().full_name() {
            "google.protobuf.Timestamp" => match instant(message) {
                Some(text) => self.text(&text),
                None => self.object(message),
            },
            "google.protobuf.Duration" => {
                let text = duration(integer(message, 1), integer(message, 2));
                self.text(&text);
            }
            "google.protobuf.Struct" => match message.get_field_by_number(1).as_deref() {
                Some(value @ Value::Map(_)) => self.value(value, None),
                _ => self.out.push_str("{}"),
            },
            "google.protobuf.ListValue" => match message.get_field_by_number(1).as_deref() {
                Some(value @ Value::List(_)) => self.value(value, None),
                _ => self.out.push_str("[]"),
            },
            "google.protobuf.Value" => match message.fields().next() {
                // 1 is `null_value`.
                Some((field, value)) if field.number() != 1 => self.value(value, Some(&field.kind())),
                _ => self.out.push_str("null"),
            },
            "google.protobuf.Any" => self.any(message),
            "google.protobuf.DoubleValue"
            | "google.protobuf.FloatValue"
            | "google.protobuf.Int64Value"
            | "google.protobuf.UInt64Value"
            | "google.protobuf.Int32Value"
            | "google.protobuf.UInt32Value"
            | "google.protobuf.BoolValue"
            | "google.protobuf.StringValue"
            | "google.protobuf.BytesValue" => match message.get_field_by_number(1).as_deref() {
                Some(value) => self.value(value, None),
                None => self.out.push_str("null"),
            },
            _ => self.object(message),
        }
    }

    fn object(&mut self, message: &DynamicMessage) {
        self.out.push('{');
        self.members(message, true);
        self.out.push('}');
    }

    fn members(&mut self, message: &DynamicMessage, mut is_first: bool) {
        for (field, value) in message.fields().filter(|(field, _)| message.has_field(field)) {
            self.comma(&mut is_first);
            self.text(field.name());
            self.out.push(':');
            let kind = match field.kind() {
                Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
                kind => kind,
            };
            self.value(value, Some(&kind));
        }
    }

    fn any(&mut self, any: &DynamicMessage) {
        let (url, bytes) = (any.get_field_by_number(1), any.get_field_by_number(2));
        let url = url.as_deref().and_then(Value::as_str).unwrap_or_default();
        let bytes = bytes.as_deref().and_then(Value::as_bytes).map_or(&[][..], |bytes| bytes);
        if url.is_empty() && bytes.is_empty() {
            return self.out.push_str("{}");
        }
        self.out.push_str(r#"{"@type":"#);
        self.text(url);
        let pool = any.descriptor().parent_pool().clone();
        let message = pool.get_message_by_name(url.rsplit('/').next().unwrap_or(url));
        let message = message.filter(|_| self.any_depth < MAX_ANY_DEPTH);
        let message = message.and_then(|message| DynamicMessage::decode(message, bytes).ok());
        match message {
            Some(message) if !message.descriptor().full_name().starts_with("google.protobuf.") => {
                self.any_depth += 1;
                self.members(&message, false);
                self.any_depth -= 1;
            }
            Some(message) => {
                self.any_depth += 1;
                self.out.push_str(r#","value":"#);
                self.message(&message);
                self.any_depth -= 1;
            }
            None => {
                self.out.push_str(r#","value":"#);
                self.base64(bytes);
            }
        }
        self.out.push('}');
    }

    /// `kind` is that of the elements, where the value has any; only enums need it.
    fn value(&mut self, value: &Value, kind: Option<&Kind>) {
        match value {
            Value::Bool(value) => self.display(value),
            Value::I32(value) => self.display(value),
            Value::U32(value) => self.display(value),
            // As texts: many readers of JSON keep 53 bits only.
            Value::I64(value) => self.quoted(value),
            Value::U64(value) => self.quoted(value),
            Value::F32(value) if value.is_finite() => self.display(value),
            Value::F32(value) => self.not_finite(f64::from(*value)),
            Value::F64(value) if value.is_finite() => self.display(value),
            Value::F64(value) => self.not_finite(*value),
            Value::String(text) => self.text(text),
            Value::Bytes(bytes) => self.base64(bytes),
            Value::EnumNumber(number) => match kind {
                Some(Kind::Enum(of)) if of.get_value(*number).is_some() => self.text(&symbol(of, *number)),
                _ => self.display(number),
            },
            Value::Message(message) => self.message(message),
            Value::List(values) => {
                self.out.push('[');
                let mut is_first = true;
                for value in values {
                    self.comma(&mut is_first);
                    self.value(value, kind);
                }
                self.out.push(']');
            }
            Value::Map(entries) => {
                self.out.push('{');
                let mut is_first = true;
                for (key, value) in sorted(entries) {
                    self.comma(&mut is_first);
                    self.text(&text_of(key));
                    self.out.push(':');
                    self.value(value, kind);
                }
                self.out.push('}');
            }
        }
    }

    fn comma(&mut self, is_first: &mut bool) {
        if !std::mem::take(is_first) {
            self.out.push(',');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&serde_json::to_string(text).expect("texts are JSON"));
    }

    fn base64(&mut self, bytes: &[u8]) {
        self.quoted(&base64_simd::STANDARD.encode_to_string(bytes));
    }

    fn not_finite(&mut self, value: f64) {
        let name = match value {
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            _ => "NaN",
        };
        self.quoted(&name);
    }

    fn quoted(&mut self, value: &impl std::fmt::Display) {
        write!(self.out, "\"{value}\"").expect("texts take everything");
    }

    fn display(&mut self, value: &impl std::fmt::Display) {
        write!(self.out, "{value}").expect("texts take everything");
    }
}

fn instant(message: &DynamicMessage) -> Option<String> {
    let nanos = i32::try_from(integer(message, 2)).ok()?;
    Some(jiff::Timestamp::new(integer(message, 1), nanos).ok()?.to_string())
}

fn duration(seconds: i64, nanos: i64) -> String {
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let (seconds, nanos) = (seconds.unsigned_abs(), nanos.unsigned_abs());
    match nanos {
        0 => format!("{sign}{seconds}s"),
        _ if nanos % 1_000_000 == 0 => format!("{sign}{seconds}.{:03}s", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => format!("{sign}{seconds}.{:06}s", nanos / 1_000),
        _ => format!("{sign}{seconds}.{nanos:09}s"),
    }
}
