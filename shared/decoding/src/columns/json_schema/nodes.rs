//! From what is known of a value to its column.

use super::document::Json;
use super::facts::{Facts, Holds, Property};
use super::library::{Library, Site};
use super::unions;
use crate::columns::json::connect::{self, Base};
use crate::columns::json::{Budget, Kind, MapForm, Member, Node, Object, TemporalForm, constant};
use crate::columns::{ColumnOptions, Recursion, Semantic, UnusableSchema, meta, semantic};
use arrow_schema::TimeUnit;

/// Deepest nesting of columns.
const MAX_DEPTH: usize = 100;

/// A walk through a schema.
#[derive(Debug)]
pub(super) struct Walk<'l, 's> {
    library: &'l Library<'s>,
    options: ColumnOptions,
    /// The values around the one that is looked at.
    frames: Vec<Frame<'s>>,
    path: Vec<String>,
    budget: Budget,
}

#[derive(Debug)]
struct Frame<'s> {
    sites: Vec<Site<'s>>,
    /// Whether a reference led here.
    is_type: bool,
    contains_itself: bool,
}

impl<'l, 's> Walk<'l, 's> {
    pub(super) fn new(library: &'l Library<'s>, options: ColumnOptions) -> Self {
        Self { library, options, frames: Vec::new(), path: Vec::new(), budget: Budget::default() }
    }

    /// The schema's own node.
    pub(super) fn root(mut self) -> Result<Node, UnusableSchema> {
        self.node(&[self.library.root()], &[])
    }

    /// The node of a value for which all of `sites` hold and one of `alternatives`, where there are any.
    fn node(&mut self, sites: &[Site<'s>], alternatives: &[Site<'s>]) -> Result<Node, UnusableSchema> {
        self.budget.take()?;
        if self.frames.len() == MAX_DEPTH {
            return Err(self.unusable(&format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        let mut facts = Facts::of(self.library, sites).map_err(|says| self.unusable(&says))?;
        if !alternatives.is_empty() {
            facts.choices.push(alternatives.to_vec());
        }
        // First, since a choice between null and one type says the same as that type.
        let unions = self.unions(&mut facts)?;
        if self.is_inside_of_itself(&facts)? {
            return Ok(Node::new(Kind::Json).nullable());
        }
        self.frames.push(Frame {
            sites: facts.sites.clone(),
            is_type: facts.reference.is_some(),
            contains_itself: false,
        });
        let node = self.node_of(facts, &unions);
        let frame = self.frames.pop();
        let mut node = node?;
        if frame.is_some_and(|frame| frame.contains_itself) {
            node.kind = Kind::Json;
        }
        Ok(node)
    }

    /// Whether a value stands inside of one of its own type. If it may, the outermost of these becomes JSON text;
    /// but a value as a whole keeps its columns, and what leads back to it becomes JSON text.
    fn is_inside_of_itself(&mut self, facts: &Facts<'s>) -> Result<bool, UnusableSchema> {
        let is_here = |site: &Site<'_>| facts.sites.iter().any(|here| std::ptr::eq(here.json, site.json));
        let outermost = self.frames.iter().position(|frame| frame.sites.iter().any(is_here));
        let Some(outermost) = outermost else { return Ok(false) };
        let is_json = |(index, frame): &(usize, &mut Frame<'s>)| match outermost {
            0 => *index > 0 && frame.is_type,
            _ => *index == outermost,
        };
        if let Some((_, frame)) = self.frames.iter_mut().enumerate().find(is_json) {
            frame.contains_itself = true;
        }
        if self.options.recursion == Recursion::Json {
            return Ok(true);
        }
        let name = facts.reference.or(facts.title).map_or(String::new(), |name| format!(" `{name}`"));
        Err(self.unusable(&format!(
            "is of a type{name} that contains itself, which no columns can; \
             `recursive.types=json` makes it a column of JSON text"
        )))
    }

    /// The choices that make unions; all others are added to the facts.
    fn unions(&self, facts: &mut Facts<'s>) -> Result<Vec<Vec<Site<'s>>>, UnusableSchema> {
        let mut unions = Vec::new();
        while let Some(choice) = facts.choices.pop() {
            unions.extend(self.choose(facts, choice)?);
        }
        Ok(unions)
    }

    fn node_of(&mut self, mut facts: Facts<'s>, unions: &[Vec<Site<'s>>]) -> Result<Node, UnusableSchema> {
        let types = facts.types.as_deref().unwrap_or_default();
        let symbols = facts.symbols.unwrap_or_default();
        facts.nullable |= types.contains(&"null") || symbols.contains(&Json::Null);
        let mut node = match unions {
            [] => Node::new(self.kind(&facts)?),
            [alternatives] => self.union(alternatives)?,
            _ => Node::new(Kind::Json),
        };
        // What may be anything may be null.
        node.nullable |= facts.nullable || (unions.is_empty() && !facts.tells_a_type());
        if let Some(description) = facts.description {
            node.notes.insert(meta::DOC, description.to_owned());
        }
        if let Some(default) = facts.default.and_then(|default| default_note(&node, default)) {
            node.notes.insert(meta::DEFAULT, default);
        }
        Ok(node)
    }

    /// Adds to the facts what a choice says, or returns its alternatives where they make a union.
    fn choose(
        &self,
        facts: &mut Facts<'s>,
        choice: Vec<Site<'s>>,
    ) -> Result<Option<Vec<Site<'s>>>, UnusableSchema> {
        let mut rest = Vec::new();
        let mut are_objects = true;
        let mut is_nullable = false;
        for site in choice {
            let alternative = Facts::of(self.library, &[site]).map_err(|says| self.unusable(&says))?;
            if alternative.is_only_null() {
                is_nullable = true;
            } else if alternative.tells_a_type() || !facts.tells_a_type() {
                are_objects &=
                    alternative.is_object_like() || alternative.types.as_deref() == Some(&["object"]);
                rest.push(site);
            }
        }
        if is_nullable && rest.is_empty() && facts.types.is_none() {
            facts.types = Some(vec!["null"]);
        }
        facts.nullable |= is_nullable;
        let is_object = facts.is_object_like() || facts.types.as_deref() == Some(&["object"]);
        let holds = match rest.len() {
            0 => return Ok(None),
            1 => Holds::Always,
            _ if is_object && are_objects => Holds::InOneCase,
            _ => return Ok(Some(rest)),
        };
        for site in rest {
            facts.add(self.library, site, holds).map_err(|says| self.unusable(&says))?;
        }
        Ok(None)
    }

    fn union(&mut self, alternatives: &[Site<'s>]) -> Result<Node, UnusableSchema> {
        let mut branches = Vec::new();
        for site in alternatives {
            let facts = Facts::of(self.library, &[*site]).map_err(|says| self.unusable(&says))?;
            let name = facts.title.or(facts.reference).map(str::to_owned);
            branches.push((name, self.node(&[*site], &[])?));
        }
        Ok(unions::node(branches))
    }

    fn kind(&mut self, facts: &Facts<'s>) -> Result<Kind, UnusableSchema> {
        let mut types = facts.types.clone();
        if let Some(symbols) = facts.symbols {
            let symbols: Vec<&Json> = symbols.iter().filter(|symbol| **symbol != Json::Null).collect();
            let names: Option<Vec<String>> = symbols.iter().map(|it| Some(it.text()?.to_owned())).collect();
            match names {
                Some(names) if names.is_empty() => return Ok(Kind::Null),
                Some(names) => return Ok(Kind::Enum(names)),
                None if types.is_none() => types = type_of(&symbols).map(|name| vec![name]),
                None => {}
            }
        }
        let Some(mut types) = types.or_else(|| implied_type(facts).map(|name| vec![name])) else {
            return Ok(Kind::Json);
        };
        types.retain(|name| *name != "null");
        if types.contains(&"number") {
            types.retain(|name| *name != "integer");
        }
        match types[..] {
            [] if facts.nullable => Ok(Kind::Null),
            // Schemas that contradict each other.
            [] => Ok(Kind::Json),
            [name] => self.kind_of_type(name, facts),
            _ => {
                let mut branches = Vec::new();
                for name in types {
                    branches.push((Some(name.to_owned()), Node::new(self.kind_of_type(name, facts)?)));
                }
                Ok(unions::node(branches).kind)
            }
        }
    }

    fn kind_of_type(&mut self, name: &str, facts: &Facts<'s>) -> Result<Kind, UnusableSchema> {
        match name {
            "object" => self.object(facts),
            "array" => self.array(facts),
            "boolean" => Ok(Kind::Boolean),
            _ => self.scalar(name, facts),
        }
    }

    fn scalar(&self, name: &str, facts: &Facts<'s>) -> Result<Kind, UnusableSchema> {
        let is_decimal =
            facts.title.and_then(|title| semantic(title, self.options.temporal)) == Some(Semantic::Decimal);
        let told = facts.connect_type.and_then(Base::of);
        let base = match (name, told) {
            ("integer", Some(base @ (Base::Int8 | Base::Int16 | Base::Int32))) => base,
            ("number", Some(base @ Base::Float32)) | ("string", Some(base @ Base::Bytes)) => base,
            ("number" | "integer", _) if is_decimal => Base::Bytes,
            ("integer", _) => Base::Int64,
            ("number", _) => Base::Float64,
            _ => Base::Text,
        };
        let parameter = |name: &str| facts.connect_parameters?.text_of(name);
        let kind = connect::kind(base, facts.title, parameter, self.options.temporal)
            .map_err(|says| self.unusable(&says))?;
        let form = TemporalForm::Text;
        Ok(match (kind, facts.format) {
            (Kind::Text, Some("date-time")) => {
                Kind::Timestamp { unit: TimeUnit::Microsecond, utc: true, form }
            }
            (Kind::Text, Some("date")) => Kind::Date(form),
            (Kind::Text, Some("time")) => Kind::Time(TimeUnit::Microsecond, form),
            (Kind::Text, Some("uuid")) => Kind::Uuid,
            (kind, _) => kind,
        })
    }

    fn array(&mut self, facts: &Facts<'s>) -> Result<Kind, UnusableSchema> {
        let Some(items) = facts.items.filter(|_| !facts.is_tuple) else { return Ok(Kind::Json) };
        if facts.connect_type == Some("map") {
            let of = Facts::of(self.library, &[items]).map_err(|says| self.unusable(&says))?;
            let part =
                |name: &str| of.properties.iter().find(|it| it.name == name).map(|it| it.sites.clone());
            if let (Some(key), Some(value)) = (part("key"), part("value")) {
                let key = self.inside("key", |walk| walk.node(&key, &[]))?;
                let value = self.inside("value", |walk| walk.node(&value, &[]))?;
                return Ok(Kind::Map(MapForm::Entries(Box::new(key)), Box::new(value)));
            }
        }
        let item = self.inside("[]", |walk| walk.node(&[items], &[]))?;
        Ok(Kind::List(Box::new(item)))
    }

    fn object(&mut self, facts: &Facts<'s>) -> Result<Kind, UnusableSchema> {
        if facts.properties.is_empty() {
            let value = match (facts.additional, &facts.patterns[..]) {
                (Some(site), []) => site,
                (None, [site]) => *site,
                _ => return Ok(Kind::Json),
            };
            let value = self.inside("{}", |walk| walk.node(&[value], &[]))?;
            return Ok(Kind::Map(MapForm::Object, Box::new(value)));
        }
        let mut properties: Vec<&Property<'s>> = facts.properties.iter().collect();
        properties.sort_by_key(|property| property.index.unwrap_or(i64::MAX));
        let mut members = Vec::with_capacity(properties.len());
        for property in properties {
            let mut node = self.inside(property.name, |walk| walk.property(property))?;
            node.nullable |= !facts.required.contains(property.name);
            members.push(Member { name: property.name.to_owned(), node });
        }
        Ok(Kind::Struct(Object::new(members)))
    }

    fn property(&mut self, property: &Property<'s>) -> Result<Node, UnusableSchema> {
        match &property.alternatives[..] {
            [first, rest @ ..]
                if property.sites.is_empty() && rest.iter().all(|it| it.json == first.json) =>
            {
                self.node(&[*first], &[])
            }
            alternatives => self.node(&property.sites, alternatives),
        }
    }

    fn inside<T>(&mut self, step: &str, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let result = walk(self);
        self.path.pop();
        result
    }

    fn unusable(&self, says: &str) -> UnusableSchema {
        if self.path.is_empty() {
            return UnusableSchema(format!("value {says}"));
        }
        UnusableSchema(format!("field `{}` {says}", self.path.join(".")))
    }
}

/// The type that all of an enum's values are of.
fn type_of(symbols: &[&Json]) -> Option<&'static str> {
    let all = |is: fn(&Json) -> bool| symbols.iter().all(|symbol| is(symbol));
    if all(|it| matches!(it, Json::Number(number) if number.is_i64())) {
        return Some("integer");
    }
    if all(|it| matches!(it, Json::Number(_))) {
        return Some("number");
    }
    all(|it| matches!(it, Json::Boolean(_))).then_some("boolean")
}

/// The type that keywords make sense for.
fn implied_type(facts: &Facts<'_>) -> Option<&'static str> {
    if facts.is_object_like() {
        return Some("object");
    }
    (facts.items.is_some() || facts.is_tuple).then_some("array")
}

/// A default as resolution to another schema takes it, where it is of a plain type.
fn default_note(node: &Node, default: &Json) -> Option<String> {
    if matches!(default, Json::Null) {
        return node.nullable.then(|| "null".to_owned());
    }
    let is_plain = matches!(
        node.kind,
        Kind::Boolean | Kind::Whole(_) | Kind::Float32 | Kind::Float64 | Kind::Text | Kind::Enum(_)
    );
    let text = default.scalar().filter(|_| is_plain)?;
    constant(node, &text).ok().map(|_| text)
}
