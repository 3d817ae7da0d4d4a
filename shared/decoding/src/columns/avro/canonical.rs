//! Hashes of schemas.
//!
//! <https://avro.apache.org/docs/1.12.0/specification/#parsing-canonical-form-for-schemas>, over the schema with what
//! it refers to in it, so that it is the same whether a registry keeps parts apart or not.

use super::graph::{Graph, Kind, NodeId, Symbols};
use std::collections::BTreeSet;

/// How deep types may stand in one another, those that become JSON counted.
const MAX_DEPTH: usize = 1_000;

/// The CRC-64-AVRO of a schema's canonical form; the error is a sentence that says of the schema what is wrong.
pub(super) fn fingerprint(graph: &Graph) -> Result<u64, String> {
    Ok(crc_64_avro(form(graph)?.as_bytes()))
}

fn form(graph: &Graph) -> Result<String, String> {
    let mut form = Form { graph, defined: BTreeSet::new(), text: String::new(), depth: 0 };
    form.node(graph.root)?;
    Ok(form.text)
}

struct Form<'g> {
    graph: &'g Graph,
    defined: BTreeSet<NodeId>,
    text: String,
    depth: usize,
}

impl Form<'_> {
    fn node(&mut self, id: NodeId) -> Result<(), String> {
        let kind = self.graph.kind(id);
        let is_named = matches!(kind, Kind::Record(_) | Kind::Enum(_) | Kind::Fixed { .. });
        if is_named && !self.defined.insert(id) {
            self.quoted(kind.type_name());
            return Ok(());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("has types in one another more than {MAX_DEPTH} levels deep"));
        }
        match kind {
            Kind::Record(record) => {
                self.named(&record.name, "record", ",\"fields\":[");
                for (index, field) in record.fields.iter().enumerate() {
                    self.text.push_str(if index == 0 { "{\"name\":" } else { ",{\"name\":" });
                    self.quoted(&field.name);
                    self.text.push_str(",\"type\":");
                    self.node(field.node)?;
                    self.text.push('}');
                }
                self.text.push_str("]}");
            }
            Kind::Enum(Symbols { name, symbols, .. }) => {
                self.named(name, "enum", ",\"symbols\":[");
                for (index, symbol) in symbols.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.quoted(symbol);
                }
                self.text.push_str("]}");
            }
            Kind::Fixed { name, size } => self.named(name, "fixed", &format!(",\"size\":{size}}}")),
            Kind::Array(items) => {
                self.text.push_str("{\"type\":\"array\",\"items\":");
                self.node(*items)?;
                self.text.push('}');
            }
            Kind::Map(values) => {
                self.text.push_str("{\"type\":\"map\",\"values\":");
                self.node(*values)?;
                self.text.push('}');
            }
            Kind::Union(branches) => {
                self.text.push('[');
                for (index, &branch) in branches.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.node(branch)?;
                }
                self.text.push(']');
            }
            primitive => self.quoted(primitive.type_name()),
        }
        self.depth -= 1;
        Ok(())
    }

    fn named(&mut self, name: &str, kind: &str, rest: &str) {
        self.text.push_str("{\"name\":");
        self.quoted(name);
        self.text.push_str(",\"type\":");
        self.quoted(kind);
        self.text.push_str(rest);
    }

    fn quoted(&mut self, text: &str) {
        self.text.push_str(&serde_json::to_string(text).expect("a text is JSON"));
    }
}

/// The hash of nothing, and the polynomial.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

fn crc_64_avro(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |hash, &byte| {
        let shifted = (0..8).fold((hash ^ u64::from(byte)) & 0xff, |bits, _| {
            if bits & 1 == 1 { (bits >> 1) ^ EMPTY } else { bits >> 1 }
        });
        (hash >> 8) ^ shifted
    })
}

#[cfg(test)]
mod tests;
