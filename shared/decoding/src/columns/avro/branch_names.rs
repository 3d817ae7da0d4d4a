//! What the fields of a union's struct are called.

use super::graph::{Graph, NodeId};

/// A name for each branch: its type's word or simple name; the full name, with `_` for dots, where others have that
/// too. Case does not count, since Hive and Athena don't count it.
pub(super) fn of(graph: &Graph, branches: &[NodeId]) -> Vec<String> {
    let full: Vec<&str> = branches.iter().map(|&id| graph.kind(id).type_name()).collect();
    let simple: Vec<&str> = full.iter().map(|name| name.rsplit('.').next().unwrap_or(name)).collect();
    let mut names: Vec<String> = Vec::with_capacity(branches.len());
    for (index, name) in simple.iter().enumerate() {
        let is_shared = simple.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() > 1;
        let mut name = if is_shared { full[index].replace('.', "_") } else { (*name).to_owned() };
        while names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            name.push('_');
        }
        names.push(name);
    }
    names
}
