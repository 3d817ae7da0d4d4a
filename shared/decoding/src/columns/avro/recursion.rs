//! Types that contain themselves.

use super::graph::{Graph, Kind, Meaning, NodeId};
use std::collections::BTreeMap;

/// Marks the records that no column can hold: those that contain themselves, and those without fields.
pub(super) fn mark(graph: &mut Graph) {
    let ids = (0..graph.nodes.len()).filter(|&id| matches!(graph.kind(id), Kind::Record(_)));
    let inner: BTreeMap<NodeId, Vec<NodeId>> = ids.map(|id| (id, records_in(graph, id))).collect();
    for &id in inner.keys() {
        let is_empty = matches!(graph.kind(id), Kind::Record(record) if record.fields.is_empty());
        if is_empty || reaches_itself(&inner, id) {
            graph.nodes[id].meaning = Meaning::Json;
        }
    }
}

/// The records that a record holds without another between.
fn records_in(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut pending = match graph.kind(id) {
        Kind::Record(record) => record.fields.iter().map(|field| field.node).collect(),
        _ => Vec::new(),
    };
    while let Some(id) = pending.pop() {
        match graph.kind(id) {
            Kind::Record(_) => found.push(id),
            Kind::Array(items) | Kind::Map(items) => pending.push(*items),
            Kind::Union(branches) => pending.extend(branches),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn reaches_itself(inner: &BTreeMap<NodeId, Vec<NodeId>>, id: NodeId) -> bool {
    let mut seen = vec![];
    let mut pending = inner[&id].clone();
    while let Some(next) = pending.pop() {
        if next == id {
            return true;
        }
        if let Err(place) = seen.binary_search(&next) {
            seen.insert(place, next);
            pending.extend(&inner[&next]);
        }
    }
    false
}
