//! The crates depend on each other as ARCHITECTURE.md shows, and on nothing else of ours.
//!
//! The page has a block fenced as ```` ```edges ````, with a line `crate -> crate, crate` for each crate.
//! A new edge is a change of design: it moves there and in the manifest in one commit.

use end_to_end::tools::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use toml::Table;

type Edges = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_crates_depend_on_each_other_as_architecture_md_shows() {
    let shown =
        parse_edges(&read("ARCHITECTURE.md")).expect("ARCHITECTURE.md has a block fenced as ```edges");
    let found = edges(&["dependencies", "build-dependencies"]);
    let differences: Vec<String> = difference(&found, &shown, "is in a manifest, but not in ARCHITECTURE.md")
        .chain(difference(&shown, &found, "is in ARCHITECTURE.md, but in no manifest"))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn tests_of_a_crate_depend_on_nothing_that_depends_on_it() {
    let edges_of_code = edges(&["dependencies", "build-dependencies"]);
    for (name, dependencies) in edges(&["dev-dependencies"]) {
        for dependency in dependencies {
            // A crate that names itself turns on a feature for its own tests.
            let backwards = dependency != name && reachable(&edges_of_code, &dependency).contains(&name);
            assert!(!backwards, "the tests of {name} depend on {dependency}, which depends on {name}");
        }
    }
}

#[test]
fn a_block_of_edges_reads_as_it_is_written() {
    let page = "text\n```edges\njson-sink -> pipeline\npipeline -> delivery, record\n\nrecord\n```\na -> b\n";
    let expected: Edges =
        [("json-sink", vec!["pipeline"]), ("pipeline", vec!["delivery", "record"]), ("record", vec![])]
            .into_iter()
            .map(|(name, to)| (name.to_owned(), to.into_iter().map(str::to_owned).collect()))
            .collect();
    assert_eq!(parse_edges(page), Some(expected));
    assert_eq!(parse_edges("no block"), None);
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

fn parse_edges(page: &str) -> Option<Edges> {
    let lines = page.lines().skip_while(|line| *line != "```edges").skip(1);
    let mut edges = Edges::new();
    for line in lines.take_while(|line| *line != "```").filter(|line| !line.trim().is_empty()) {
        let (name, to) = line.split_once("->").unwrap_or((line, ""));
        let to = to.split(',').map(str::trim).filter(|to| !to.is_empty()).map(str::to_owned);
        edges.insert(name.trim().to_owned(), to.collect());
    }
    (!edges.is_empty()).then_some(edges)
}

/// The edges between our crates, of these kinds, as the manifests have them; every crate has an entry.
fn edges(kinds: &[&str]) -> Edges {
    let workspace = manifest("Cargo.toml");
    let members = workspace["workspace"]["members"].as_array().expect("members is a list");
    let manifests: BTreeMap<String, Table> = members
        .iter()
        .map(|member| manifest(Path::new(member.as_str().expect("a member is a path")).join("Cargo.toml")))
        .map(|manifest| {
            (manifest["package"]["name"].as_str().expect("a crate has a name").to_owned(), manifest)
        })
        .collect();
    manifests
        .iter()
        .map(|(name, manifest)| {
            let dependencies =
                kinds.iter().filter_map(|kind| manifest.get(*kind)?.as_table()).flat_map(Table::keys);
            (name.clone(), dependencies.filter(|name| manifests.contains_key(*name)).cloned().collect())
        })
        .collect()
}

fn manifest(path: impl AsRef<Path>) -> Table {
    let path = path.as_ref();
    read(path).parse().unwrap_or_else(|error| panic!("{} is not TOML: {error}", path.display()))
}

fn difference(of: &Edges, without: &Edges, what: &str) -> impl Iterator<Item = String> {
    of.iter().flat_map(move |(name, to)| {
        let other = without.get(name);
        let crates = other.is_none().then(|| format!("{name} {what}"));
        let edges = to.iter().filter(move |to| !other.is_some_and(|other| other.contains(*to)));
        crates.into_iter().chain(edges.map(move |to| format!("{name} -> {to} {what}")))
    })
}

fn reachable(edges: &Edges, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        next.extend(edges.get(&name).into_iter().flatten().filter(|to| !seen.contains(*to)).cloned());
        seen.insert(name);
    }
    seen
}
