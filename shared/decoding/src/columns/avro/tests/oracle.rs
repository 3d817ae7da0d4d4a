//! Random schemas and values, whole and damaged, beside another library.

use super::{bytes, decoded, decoder, long};
use apache_avro::{Schema, from_avro_datum, to_avro_datum};
use fastrand::Rng;

/// A type; named ones are numbered.
enum Tree {
    Primitive(&'static str),
    Enum(usize),
    Fixed(usize),
    Array(Box<Self>),
    Map(Box<Self>),
    Record(usize, Vec<Self>),
    /// Branches, none for null.
    Union(Vec<Option<Self>>),
}

const PRIMITIVES: [&str; 5] = ["boolean", "int", "long", "string", "bytes"];

fn tree(rng: &mut Rng, names: &mut usize, depth: usize) -> Tree {
    *names += 1;
    let name = *names;
    match rng.usize(..if depth == 0 { 7 } else { 14 }) {
        primitive @ ..5 => Tree::Primitive(PRIMITIVES[primitive]),
        5 => Tree::Enum(name),
        6 => Tree::Fixed(name),
        7 => Tree::Array(Box::new(tree(rng, names, depth - 1))),
        8 => Tree::Map(Box::new(tree(rng, names, depth - 1))),
        9 | 10 => Tree::Record(name, (0..rng.usize(1..4)).map(|_| tree(rng, names, depth - 1)).collect()),
        _ => {
            let mut branches: Vec<Option<Tree>> = Vec::new();
            for _ in 0..rng.usize(1..5) {
                let branch = if rng.usize(..3) == 0 { None } else { Some(tree(rng, names, depth - 1)) };
                let is_union = matches!(branch, Some(Tree::Union(_)));
                let is_known = branches.iter().any(|known| branch_name(known) == branch_name(&branch));
                if !is_union && !is_known {
                    branches.push(branch);
                }
            }
            if branches.is_empty() { Tree::Primitive("int") } else { Tree::Union(branches) }
        }
    }
}

fn branch_name(branch: &Option<Tree>) -> String {
    match branch {
        None => "null".to_owned(),
        Some(Tree::Primitive(name)) => (*name).to_owned(),
        Some(Tree::Array(_)) => "array".to_owned(),
        Some(Tree::Map(_)) => "map".to_owned(),
        Some(Tree::Union(_)) => "union".to_owned(),
        Some(Tree::Enum(name) | Tree::Fixed(name) | Tree::Record(name, _)) => format!("N{name}"),
    }
}

impl Tree {
    fn schema(&self) -> String {
        match self {
            Self::Primitive(name) => format!("\"{name}\""),
            Self::Enum(name) => {
                format!(r#"{{"type": "enum", "name": "N{name}", "symbols": ["A", "B", "C"]}}"#)
            }
            Self::Fixed(name) => format!(r#"{{"type": "fixed", "name": "N{name}", "size": 2}}"#),
            Self::Array(items) => format!(r#"{{"type": "array", "items": {}}}"#, items.schema()),
            Self::Map(values) => format!(r#"{{"type": "map", "values": {}}}"#, values.schema()),
            Self::Record(name, fields) => {
                let fields = fields.iter().enumerate();
                let fields = fields
                    .map(|(index, field)| format!(r#"{{"name": "f{index}", "type": {}}}"#, field.schema()));
                let fields = fields.collect::<Vec<_>>().join(",");
                format!(r#"{{"type": "record", "name": "N{name}", "fields": [{fields}]}}"#)
            }
            Self::Union(branches) => {
                let branches = branches.iter().map(|branch| match branch {
                    Some(branch) => branch.schema(),
                    None => "\"null\"".to_owned(),
                });
                format!("[{}]", branches.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// A value's bytes, and its text as Arrow prints it.
    fn value(&self, rng: &mut Rng) -> (Vec<u8>, String) {
        match self {
            Self::Primitive("boolean") => {
                let value = rng.bool();
                (vec![value.into()], value.to_string())
            }
            Self::Primitive("int") => {
                let value = rng.i32(..) >> rng.u32(..32);
                (long(value.into()), value.to_string())
            }
            Self::Primitive("long") => {
                let value = rng.i64(..) >> rng.u32(..64);
                (long(value), value.to_string())
            }
            Self::Primitive("string") => {
                let value = ["", "text", "🦀", "null"][rng.usize(..4)];
                (bytes(value), value.to_owned())
            }
            Self::Primitive(_) => {
                let value = vec![rng.u8(..); rng.usize(..3)];
                (bytes(&value), hex(&value))
            }
            Self::Enum(_) => {
                let index = rng.u8(..3);
                (long(index.into()), char::from(b'A' + index).to_string())
            }
            Self::Fixed(_) => {
                let value = vec![rng.u8(..), rng.u8(..)];
                (value.clone(), hex(&value))
            }
            Self::Array(items) => {
                let (values, texts): (Vec<_>, Vec<_>) = (0..rng.usize(..4)).map(|_| items.value(rng)).unzip();
                (blocks(rng, &values), format!("[{}]", texts.join(", ")))
            }
            Self::Map(values) => {
                let entries = (0..rng.usize(..3)).map(|index| {
                    let (value, text) = values.value(rng);
                    ([bytes(format!("k{index}")), value].concat(), format!("k{index}: {text}"))
                });
                let (entries, texts): (Vec<_>, Vec<_>) = entries.unzip();
                (blocks(rng, &entries), format!("{{{}}}", texts.join(", ")))
            }
            Self::Record(_, fields) => {
                let (values, texts): (Vec<_>, Vec<_>) = fields.iter().map(|field| field.value(rng)).unzip();
                let texts: Vec<_> =
                    texts.iter().enumerate().map(|(index, text)| format!("f{index}: {text}")).collect();
                (values.concat(), format!("{{{}}}", texts.join(", ")))
            }
            Self::Union(branches) => {
                let index = rng.usize(..branches.len());
                let number = long(index.try_into().unwrap());
                let Some(branch) = &branches[index] else { return (number, "null".to_owned()) };
                let (value, text) = branch.value(rng);
                let is_optional =
                    branches.len() == 1 || (branches.len() == 2 && branches.iter().any(Option::is_none));
                let text = if is_optional {
                    text
                } else {
                    let of = |(other, branch): (usize, &Option<Self>)| {
                        let name = branch.as_ref().map(|_| branch_name(branch))?;
                        Some(format!("{name}: {}", if other == index { &text } else { "null" }))
                    };
                    format!(
                        "{{{}}}",
                        branches.iter().enumerate().filter_map(of).collect::<Vec<_>>().join(", ")
                    )
                };
                ([number, value].concat(), text)
            }
        }
    }

    fn has_map(&self) -> bool {
        match self {
            Self::Map(_) => true,
            Self::Array(inner) => inner.has_map(),
            Self::Record(_, inner) => inner.iter().any(Self::has_map),
            Self::Union(inner) => inner.iter().flatten().any(Self::has_map),
            _ => false,
        }
    }
}

/// Items in one block or in several, some with their size in bytes.
fn blocks(rng: &mut Rng, items: &[Vec<u8>]) -> Vec<u8> {
    let mut blocks = Vec::new();
    for items in items.chunks(rng.usize(1..4)) {
        let count = i64::try_from(items.len()).unwrap();
        let items = items.concat();
        if rng.bool() {
            blocks.extend([long(-count), long(items.len().try_into().unwrap())].concat());
        } else {
            blocks.extend(long(count));
        }
        blocks.extend(items);
    }
    blocks.push(0);
    blocks
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn values_of_any_schema_become_their_rows() {
    for seed in 0..400 {
        let mut rng = Rng::with_seed(seed);
        let tree = tree(&mut rng, &mut 0, 4);
        let schema = super::record_of(&tree.schema());
        let (values, texts): (Vec<_>, Vec<_>) = (0..20).map(|_| tree.value(&mut rng)).unzip();
        let expected: Vec<Result<String, String>> = texts.into_iter().map(Ok).collect();
        assert_eq!(decoded(&mut decoder(&schema), &values), expected, "seed {seed}: {schema}");
    }
}

#[test]
fn damaged_values_are_rejected_or_are_what_another_library_reads() {
    let mut accepted = 0;
    for seed in 0..400 {
        let mut rng = Rng::with_seed(seed);
        let tree = tree(&mut rng, &mut 0, 4);
        let schema = super::record_of(&tree.schema());
        let whole: Vec<Vec<u8>> = (0..40).map(|_| tree.value(&mut rng).0).collect();
        let values: Vec<Vec<u8>> = whole.into_iter().map(|value| damaged(&mut rng, value)).collect();
        let mut decoder = decoder(&schema);
        let rows = decoded(&mut decoder, &values);
        let oracle = Schema::parse_str(&schema).unwrap();
        for (value, row) in values.iter().zip(rows) {
            // The other library takes a text that breaks off for null, so it only judges what we accept.
            if row.is_err() {
                continue;
            }
            let mut rest = value.as_slice();
            let read = from_avro_datum(&oracle, &mut rest, None);
            let read =
                read.unwrap_or_else(|error| panic!("seed {seed}: {value:?} is {row:?} in {schema}: {error}"));
            assert!(rest.is_empty(), "seed {seed}: {value:?} is {row:?} in {schema}");
            // It keeps a map's entries in no order, and one of each name.
            if !tree.has_map() {
                let written = to_avro_datum(&oracle, read).unwrap();
                assert_eq!(decoded(&mut decoder, &[written]), [row], "seed {seed}: {value:?} in {schema}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 1_000, "only {accepted} values were still valid");
}

fn damaged(rng: &mut Rng, mut value: Vec<u8>) -> Vec<u8> {
    for _ in 0..rng.usize(..3) {
        match rng.usize(..4) {
            0 => value.truncate(rng.usize(..=value.len())),
            1 => value.insert(rng.usize(..=value.len()), rng.u8(..)),
            _ if value.is_empty() => {}
            _ => {
                let place = rng.usize(..value.len());
                value[place] ^= 1 << rng.u8(..8);
            }
        }
    }
    value
}
