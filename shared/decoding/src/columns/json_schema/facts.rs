//! What a schema says of a value, gathered from all that holds at the same place: its own keywords, where its
//! references lead, and every part of its `allOf`.

use super::document::Json;
use super::library::{Library, Site};
use std::collections::BTreeSet;

/// Most schemas that hold at one place; references may lead from one to the next without end.
const MAX_SITES: usize = 500;

/// What is known of a value.
#[derive(Debug, Default)]
pub(super) struct Facts<'s> {
    /// Every schema that this was gathered from.
    pub(super) sites: Vec<Site<'s>>,
    /// The types that it may be of; none where nothing was said.
    pub(super) types: Option<Vec<&'s str>>,
    pub(super) nullable: bool,
    pub(super) properties: Vec<Property<'s>>,
    pub(super) required: BTreeSet<&'s str>,
    pub(super) additional: Option<Site<'s>>,
    pub(super) patterns: Vec<Site<'s>>,
    pub(super) items: Option<Site<'s>>,
    pub(super) is_tuple: bool,
    /// For each `oneOf` and `anyOf` its alternatives.
    pub(super) choices: Vec<Vec<Site<'s>>>,
    /// `enum`, or `const` as an enum of one.
    pub(super) symbols: Option<&'s [Json]>,
    pub(super) format: Option<&'s str>,
    pub(super) title: Option<&'s str>,
    pub(super) description: Option<&'s str>,
    pub(super) default: Option<&'s Json>,
    pub(super) connect_type: Option<&'s str>,
    pub(super) connect_parameters: Option<&'s Json>,
    /// The last part of the reference that led here first.
    pub(super) reference: Option<&'s str>,
}

/// What is known of an object's member.
#[derive(Debug)]
pub(super) struct Property<'s> {
    pub(super) name: &'s str,
    /// Confluent's place of the column among the others.
    pub(super) index: Option<i64>,
    /// All of them hold.
    pub(super) sites: Vec<Site<'s>>,
    /// One of them holds, where there are any: the alternatives of a choice between objects.
    pub(super) alternatives: Vec<Site<'s>>,
}

/// Whether what is gathered always holds, or in one of several cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Always,
    InOneCase,
}

impl<'s> Facts<'s> {
    /// What holds where all of these schemas do; the error is a predicate.
    pub(super) fn of(library: &Library<'s>, sites: &[Site<'s>]) -> Result<Self, String> {
        let mut facts = Self::default();
        sites.iter().try_for_each(|site| facts.add(library, *site, Holds::Always))?;
        Ok(facts)
    }

    /// Adds what another schema says.
    pub(super) fn add(&mut self, library: &Library<'s>, site: Site<'s>, holds: Holds) -> Result<(), String> {
        // Whatever holds already needs no second look, and a reference that leads back here says nothing new.
        if self.sites.iter().any(|seen| std::ptr::eq(seen.json, site.json)) {
            return Ok(());
        }
        if self.sites.len() == MAX_SITES {
            return Err(format!("has a schema put together from more than {MAX_SITES} others"));
        }
        self.sites.push(site);
        let json = site.json;
        match json {
            Json::Boolean(_) => return Ok(()),
            Json::Object(_) => {}
            _ => return Err("has a schema that is neither an object nor a boolean".to_owned()),
        }
        if holds == Holds::Always {
            self.keywords(library, site)?;
        }
        self.members(library, site, holds)?;
        for keyword in ["$ref", "$recursiveRef", "$dynamicRef"] {
            if let Some(reference) = json.text_of(keyword) {
                let name = reference.rsplit(['/', '#']).find(|part| !part.is_empty());
                self.reference = self.reference.or(name);
                let target = library.resolve(site, reference)?;
                self.add(library, target, holds)?;
            }
        }
        for part in json.get("allOf").and_then(Json::elements).unwrap_or_default() {
            self.add(library, library.within(site, part), holds)?;
        }
        // Members that are declared for some cases are columns, too.
        for keyword in ["then", "else"] {
            if let Some(case) = json.get(keyword) {
                self.add(library, library.within(site, case), Holds::InOneCase)?;
            }
        }
        if holds == Holds::InOneCase {
            for keyword in ["oneOf", "anyOf"] {
                for case in json.get(keyword).and_then(Json::elements).unwrap_or_default() {
                    self.add(library, library.within(site, case), holds)?;
                }
            }
        }
        Ok(())
    }

    fn keywords(&mut self, library: &Library<'s>, site: Site<'s>) -> Result<(), String> {
        let json = site.json;
        if let Some(types) = json.get("type") {
            let types: Option<Vec<&str>> = match types {
                Json::Text(name) => Some(vec![name]),
                Json::Array(names) => names.iter().map(Json::text).collect(),
                _ => None,
            };
            let types = types.ok_or("has a `type` that is neither a name nor a list of names")?;
            const KNOWN: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
            if let Some(unknown) = types.iter().find(|name| !KNOWN.contains(name)) {
                return Err(format!("has the type `{unknown}`, which JSON Schema doesn't know"));
            }
            self.types = Some(match self.types.take() {
                Some(before) => before.into_iter().filter_map(|it| narrower(it, &types)).collect(),
                None => types,
            });
        }
        self.nullable |= json.get("nullable") == Some(&Json::Boolean(true));
        self.symbols = self.symbols.or_else(|| match json.get("const") {
            Some(constant) => Some(std::slice::from_ref(constant)),
            None => json.get("enum")?.elements(),
        });
        self.format = self.format.or_else(|| json.text_of("format"));
        self.title = self.title.or_else(|| json.text_of("title"));
        self.description = self.description.or_else(|| json.text_of("description"));
        self.default = self.default.or_else(|| json.get("default"));
        self.connect_type = self.connect_type.or_else(|| json.text_of("connect.type"));
        self.connect_parameters = self.connect_parameters.or_else(|| json.get("connect.parameters"));
        for keyword in ["oneOf", "anyOf"] {
            if let Some(alternatives) = json.get(keyword).and_then(Json::elements) {
                self.choices.push(alternatives.iter().map(|it| library.within(site, it)).collect());
            }
        }
        // Drafts before 2020-12 write tuples as `items`.
        match json.get("items") {
            Some(Json::Array(_)) => self.is_tuple = true,
            Some(items) if self.items.is_none() => self.items = Some(library.within(site, items)),
            _ => {}
        }
        self.is_tuple |= json.get("prefixItems").is_some();
        Ok(())
    }

    fn members(&mut self, library: &Library<'s>, site: Site<'s>, holds: Holds) -> Result<(), String> {
        let json = site.json;
        for (name, member) in json.get("properties").and_then(Json::members).unwrap_or_default() {
            let member = library.within(site, member);
            let index = match member.json.get("connect.index") {
                Some(Json::Number(index)) => index.as_i64(),
                _ => None,
            };
            let known = self.properties.iter().position(|property| property.name == name);
            let property = known.unwrap_or_else(|| {
                self.properties.push(Property { name, index, sites: Vec::new(), alternatives: Vec::new() });
                self.properties.len() - 1
            });
            let property = &mut self.properties[property];
            match holds {
                Holds::Always => property.sites.push(member),
                Holds::InOneCase => property.alternatives.push(member),
            }
        }
        if holds == Holds::Always {
            self.required.extend(
                json.get("required").and_then(Json::elements).into_iter().flatten().filter_map(Json::text),
            );
        }
        if let (None, Some(additional @ Json::Object(_))) =
            (self.additional, json.get("additionalProperties"))
        {
            self.additional = Some(library.within(site, additional));
        }
        for (_, pattern) in json.get("patternProperties").and_then(Json::members).unwrap_or_default() {
            self.patterns.push(library.within(site, pattern));
        }
        Ok(())
    }

    /// Whether the value can be nothing but null.
    pub(super) fn is_only_null(&self) -> bool {
        let by_type = self.types.as_deref() == Some(&["null"]);
        by_type || matches!(self.symbols, Some([Json::Null]))
    }

    /// Whether anything was said that makes a column, and not only what else must be true.
    pub(super) fn tells_a_type(&self) -> bool {
        self.types.is_some()
            || self.symbols.is_some()
            || self.items.is_some()
            || self.is_tuple
            || self.is_object_like()
            || !self.choices.is_empty()
    }

    /// Whether it is an object with members.
    pub(super) fn is_object_like(&self) -> bool {
        !self.properties.is_empty() || self.additional.is_some() || !self.patterns.is_empty()
    }
}

/// A type that two schemas allow: an integer is a number.
fn narrower<'s>(name: &'s str, allowed: &[&'s str]) -> Option<&'s str> {
    match name {
        "number" if !allowed.contains(&"number") && allowed.contains(&"integer") => Some("integer"),
        "integer" if allowed.contains(&"number") => Some(name),
        _ => allowed.contains(&name).then_some(name),
    }
}
