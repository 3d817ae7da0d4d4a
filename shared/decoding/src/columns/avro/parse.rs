//! From a schema's text to its [`Graph`].

use super::graph::{Graph, Kind, Meaning, Node, NodeId, RecordField, RecordType, Symbols};
use super::meaning::Attributes;
use schema::Reference;
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest `fixed`, in bytes: each row takes as much memory, those that are null too.
const MAX_FIXED: u64 = 16 * 1024;

/// Most branches of a union: Arrow numbers them in 7 bits.
const MAX_BRANCHES: usize = 127;

/// Parses a schema after those that it refers to.
pub(super) fn graph(
    text: &str,
    references: &[Reference],
    meaning: impl Fn(&Kind, &Attributes) -> Meaning,
) -> Result<Graph, String> {
    let mut parser = Parser { nodes: Vec::new(), names: BTreeMap::new(), meaning };
    for reference in references {
        let name = &reference.name;
        let id = parser.text(&reference.text).map_err(|flaw| format!("its reference `{name}` {flaw}"))?;
        parser.names.entry(name.clone()).or_insert_with(|| Named { id, definition: Value::Null });
    }
    let root = parser.text(text)?;
    Ok(Graph { nodes: parser.nodes, root })
}

struct Parser<M> {
    nodes: Vec<Node>,
    names: BTreeMap<String, Named>,
    meaning: M,
}

struct Named {
    id: NodeId,
    /// Its JSON: a type may be defined again, as registries' references do, but not as another.
    definition: Value,
}

impl<M: Fn(&Kind, &Attributes) -> Meaning> Parser<M> {
    fn text(&mut self, text: &str) -> Result<NodeId, String> {
        let value = serde_json::from_str(text).map_err(|error| {
            // Its parser, which counts brackets, is the first to meet a schema of great depth.
            format!("is not JSON, or JSON of more than 127 levels: {error}")
        })?;
        self.node(&value, "")
    }

    /// Parses a type where `namespace` encloses it.
    fn node(&mut self, value: &Value, namespace: &str) -> Result<NodeId, String> {
        match value {
            Value::String(name) => self.name(name, namespace, &Attributes::new()),
            Value::Array(branches) => self.union(branches, namespace),
            Value::Object(attributes) => match attributes.get("type") {
                Some(Value::String(name)) => self.object(name, attributes, namespace),
                Some(Value::Object(inner)) => {
                    // A type within a type: attributes outside count where the inner has none.
                    let mut merged = attributes.clone();
                    merged.extend(inner.clone());
                    self.node(&Value::Object(merged), namespace)
                }
                Some(union @ Value::Array(_)) => self.node(union, namespace),
                _ => Err("has a type without a `type`".to_owned()),
            },
            _ => Err("has a type that is neither a name, an object nor a union".to_owned()),
        }
    }

    fn object(&mut self, name: &str, attributes: &Attributes, namespace: &str) -> Result<NodeId, String> {
        match name {
            "record" | "error" => self.record(attributes, namespace),
            "enum" => {
                let (name, _) = full_name(attributes, namespace)?;
                let symbols = strings(attributes.get("symbols"))
                    .ok_or_else(|| format!("has the enum `{name}` without a list of `symbols`"))?;
                let default = attributes.get("default").and_then(Value::as_str).map(str::to_owned);
                self.define(name.clone(), attributes, Kind::Enum(Symbols { name, symbols, default }))
            }
            "fixed" => {
                let (name, _) = full_name(attributes, namespace)?;
                let size = attributes.get("size").and_then(Value::as_u64);
                let size = size.filter(|size| (1..=MAX_FIXED).contains(size)).ok_or_else(|| {
                    format!("has the fixed `{name}`, whose `size` is not a number from 1 to {MAX_FIXED}")
                })?;
                let size = usize::try_from(size).expect("at most MAX_FIXED");
                self.define(name.clone(), attributes, Kind::Fixed { name, size })
            }
            "array" => {
                let items = attributes.get("items").ok_or("has an array without `items`")?;
                let items = self.node(items, namespace)?;
                Ok(self.add(Kind::Array(items), attributes))
            }
            "map" => {
                let values = attributes.get("values").ok_or("has a map without `values`")?;
                let values = self.node(values, namespace)?;
                Ok(self.add(Kind::Map(values), attributes))
            }
            _ => self.name(name, namespace, attributes),
        }
    }

    /// A primitive type, or a type that has been defined before.
    fn name(&mut self, name: &str, namespace: &str, attributes: &Attributes) -> Result<NodeId, String> {
        if let Some(kind) = primitive(name) {
            return Ok(self.add(kind, attributes));
        }
        let in_namespace = self.names.get(&qualified(name, namespace));
        match in_namespace.or_else(|| self.names.get(name)) {
            Some(named) => Ok(named.id),
            None => Err(format!("has the type `{name}`, which neither it nor what it refers to defines")),
        }
    }

    fn union(&mut self, branches: &[Value], namespace: &str) -> Result<NodeId, String> {
        let ids = branches.iter().map(|branch| self.node(branch, namespace));
        let ids: Vec<NodeId> = ids.collect::<Result<_, _>>()?;
        let mut names: Vec<&str> = ids.iter().map(|&id| self.nodes[id].kind.type_name()).collect();
        names.sort_unstable();
        let flaw = if names.is_empty() {
            Some("has a union without branches".to_owned())
        } else if names.len() > MAX_BRANCHES {
            Some(format!("has a union of more than {MAX_BRANCHES} branches"))
        } else if names.contains(&"union") {
            Some("has a union that is a branch of another".to_owned())
        } else {
            let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
            twice.map(|pair| format!("has a union with two branches of the type `{}`", pair[0]))
        };
        match flaw {
            Some(flaw) => Err(flaw),
            None => Ok(self.add(Kind::Union(ids), &Attributes::new())),
        }
    }

    fn record(&mut self, attributes: &Attributes, namespace: &str) -> Result<NodeId, String> {
        let (name, namespace) = full_name(attributes, namespace)?;
        let Some(Value::Array(fields)) = attributes.get("fields") else {
            return Err(format!("has the record `{name}` without a list of `fields`"));
        };
        // Known before its fields are, which may refer to it.
        let empty = RecordType { name: name.clone(), fields: Vec::new() };
        let known = self.nodes.len();
        let id = self.define(name.clone(), attributes, Kind::Record(empty))?;
        if id < known {
            return Ok(id);
        }
        let mut parsed: Vec<RecordField> = Vec::with_capacity(fields.len());
        let mut names = std::collections::BTreeSet::new();
        for field in fields {
            let field = self.field(field, &name, &namespace)?;
            if !names.insert(field.name.clone()) {
                return Err(format!("has the record `{name}` with two fields `{}`", field.name));
            }
            parsed.push(field);
        }
        self.nodes[id].kind = Kind::Record(RecordType { name, fields: parsed });
        Ok(id)
    }

    fn field(&mut self, field: &Value, record: &str, namespace: &str) -> Result<RecordField, String> {
        let name = field.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| format!("has the record `{record}` with a field without a `name`"))?;
        let node = field
            .get("type")
            .ok_or_else(|| format!("has the record `{record}` with the field `{name}` without a `type`"))?;
        Ok(RecordField {
            name: name.to_owned(),
            node: self.node(node, namespace)?,
            doc: field.get("doc").and_then(Value::as_str).map(str::to_owned),
            aliases: strings(field.get("aliases")).unwrap_or_default(),
            default: field.get("default").map(Value::to_string),
        })
    }

    /// Adds a named type, or finds the very same where it was defined before.
    fn define(&mut self, name: String, attributes: &Attributes, kind: Kind) -> Result<NodeId, String> {
        let definition = Value::Object(attributes.clone());
        if let Some(known) = self.names.get(&name) {
            let is_same = known.definition == definition;
            return is_same.then_some(known.id).ok_or_else(|| format!("defines the type `{name}` twice"));
        }
        let id = self.add(kind, attributes);
        self.names.insert(name, Named { id, definition });
        Ok(id)
    }

    fn add(&mut self, kind: Kind, attributes: &Attributes) -> NodeId {
        let meaning = (self.meaning)(&kind, attributes);
        self.nodes.push(Node { kind, meaning });
        self.nodes.len() - 1
    }
}

fn primitive(name: &str) -> Option<Kind> {
    Some(match name {
        "null" => Kind::Null,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "bytes" => Kind::Bytes,
        "string" => Kind::String,
        _ => return None,
    })
}

/// A named type's full name, and the namespace that it makes for what stands in it.
fn full_name(attributes: &Attributes, enclosing: &str) -> Result<(String, String), String> {
    let name = attributes.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or("has a record, enum or fixed without a `name`")?;
    let namespace = attributes.get("namespace").and_then(Value::as_str).unwrap_or(enclosing);
    let name = qualified(name, namespace);
    let namespace = name.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
    // A leading dot is how some write "in no namespace".
    Ok((name.strip_prefix('.').map(str::to_owned).unwrap_or(name), namespace))
}

/// The full name that a name stands for in a namespace.
fn qualified(name: &str, namespace: &str) -> String {
    if namespace.is_empty() || name.contains('.') { name.to_owned() } else { format!("{namespace}.{name}") }
}

/// A list of texts.
fn strings(value: Option<&Value>) -> Option<Vec<String>> {
    value?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
