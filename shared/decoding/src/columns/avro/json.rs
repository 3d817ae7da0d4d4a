//! Values that no column can hold, as JSON.
//!
//! Numbers, texts, arrays, maps and records are what JSON has for them, unions the bare value of their branch, enums
//! the symbol, bytes and fixed base64. NaN and the infinities, which JSON lacks, are texts.

use super::cursor::Cursor;
use super::flaw::{Checked, Flaw, ITEMS};
use super::graph::{Graph, Kind, NodeId};
use base64_simd::STANDARD;

/// Reads a value and writes it as JSON.
pub(super) fn write(graph: &Graph, id: NodeId, value: &mut Cursor<'_>, out: &mut String) -> Checked {
    match graph.kind(id) {
        Kind::Null => out.push_str("null"),
        Kind::Boolean => out.push_str(if value.boolean()? { "true" } else { "false" }),
        Kind::Int => scalar(out, &value.int()?),
        Kind::Long => scalar(out, &value.long()?),
        Kind::Float => {
            let bytes = value.take(4)?.try_into().expect("4 bytes were taken");
            let number = f32::from_le_bytes(bytes);
            match not_finite(number.into()) {
                Some(text) => scalar(out, text),
                None => scalar(out, &number),
            }
        }
        Kind::Double => {
            let bytes = value.take(8)?.try_into().expect("8 bytes were taken");
            let number = f64::from_le_bytes(bytes);
            match not_finite(number) {
                Some(text) => scalar(out, text),
                None => scalar(out, &number),
            }
        }
        Kind::Bytes => scalar(out, &STANDARD.encode_to_string(value.bytes()?)),
        Kind::Fixed { size, .. } => scalar(out, &STANDARD.encode_to_string(value.take(*size)?)),
        Kind::String => scalar(out, value.text()?),
        Kind::Enum(enumeration) => {
            let symbol = value.index(enumeration.symbols.len())?;
            scalar(out, &enumeration.symbols[symbol]);
        }
        Kind::Union(branches) => {
            let branch = value.index(branches.len())?;
            write(graph, branches[branch], value, out)?;
        }
        Kind::Array(items) => {
            let mut separator = '[';
            value
                .items(|value| {
                    out.push(separator);
                    separator = ',';
                    write(graph, *items, value, out)
                })
                .map_err(|flaw| flaw.within(ITEMS))?;
            out.push_str(if separator == '[' { "[]" } else { "]" });
        }
        Kind::Map(values) => {
            let mut separator = '{';
            value
                .items(|value| {
                    out.push(separator);
                    separator = ',';
                    scalar(out, value.text()?);
                    out.push(':');
                    write(graph, *values, value, out)
                })
                .map_err(|flaw| flaw.within(ITEMS))?;
            out.push_str(if separator == '{' { "{}" } else { "}" });
        }
        Kind::Record(record) => value.nested(|value| {
            out.push('{');
            for (index, field) in record.fields.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                scalar(out, &field.name);
                out.push(':');
                write(graph, field.node, value, out).map_err(|flaw: Box<Flaw>| flaw.within(&field.name))?;
            }
            out.push('}');
            Ok(())
        })?,
    }
    Ok(())
}

fn scalar<T: serde::Serialize + ?Sized>(out: &mut String, value: &T) {
    out.push_str(&serde_json::to_string(value).expect("texts and numbers are always JSON"));
}

fn not_finite(number: f64) -> Option<&'static str> {
    if number.is_nan() {
        Some("NaN")
    } else if number.is_infinite() {
        Some(if number > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    }
}
