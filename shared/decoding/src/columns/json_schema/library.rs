//! Where references lead: a schema, what it refers to, and the names that both have.

use super::document::Json;
use crate::columns::UnusableSchema;
use schema::WriterSchema;
use std::collections::HashMap;

/// Texts of a schema and its references, read.
#[derive(Debug)]
pub(super) struct Documents {
    /// The schema first, then each reference with its name.
    all: Vec<(String, Json)>,
}

/// Schemas by their URIs.
#[derive(Debug)]
pub(super) struct Library<'s> {
    resources: Vec<Resource<'s>>,
    /// Only looked up, never walked.
    by_uri: HashMap<String, usize>,
}

/// A schema that references without a URI lead into.
#[derive(Debug)]
struct Resource<'s> {
    uri: String,
    root: &'s Json,
    /// The resource of the whole text that this one stands in.
    document: usize,
    anchors: Vec<(&'s str, &'s Json)>,
}

/// A schema somewhere in a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'s> {
    pub(super) json: &'s Json,
    resource: usize,
}

impl Documents {
    pub(super) fn parse(text: &str, references: &[schema::Reference]) -> Result<Self, UnusableSchema> {
        let parse = |text: &str, what: &str| {
            serde_json::from_str(text).map_err(|error| UnusableSchema(format!("{what} is not JSON: {error}")))
        };
        let mut all = vec![(String::new(), parse(text, "JSON Schema")?)];
        for reference in references {
            let json = parse(&reference.text, &format!("JSON Schema reference `{}`", reference.name))?;
            all.push((reference.name.clone(), json));
        }
        Ok(Self { all })
    }

    pub(super) fn of(schema: &WriterSchema) -> Result<Self, UnusableSchema> {
        Self::parse(&schema.text, &schema.references)
    }

    pub(super) fn library(&self) -> Library<'_> {
        let mut library = Library { resources: Vec::new(), by_uri: HashMap::new() };
        for (name, json) in &self.all {
            let resource = library.add(name.clone(), json, None);
            library.by_uri.insert(without_fragment(name).to_owned(), resource);
            library.index(resource, json);
        }
        library
    }
}

impl<'s> Library<'s> {
    /// The schema itself.
    pub(super) fn root(&self) -> Site<'s> {
        Site { json: self.resources[0].root, resource: 0 }
    }

    /// A schema inside of another, which may be a resource of its own.
    pub(super) fn within(&self, site: Site<'s>, json: &'s Json) -> Site<'s> {
        let own = id_of(json).and_then(|id| {
            let uri = join(&self.resources[site.resource].uri, without_fragment(id));
            self.by_uri.get(&uri).copied().filter(|index| std::ptr::eq(self.resources[*index].root, json))
        });
        Site { json, resource: own.unwrap_or(site.resource) }
    }

    /// The schema that a reference leads to; the error is a predicate.
    pub(super) fn resolve(&self, from: Site<'s>, reference: &str) -> Result<Site<'s>, String> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let resource = if uri.is_empty() { Some(from.resource) } else { self.find(from, uri) };
        let unknown =
            || format!("refers to `{reference}`, which is neither in the schema nor among its references");
        let resource = resource.ok_or_else(unknown)?;
        // Older schemas have an `id` that means nothing: then what is not below it is below the text's root.
        let document = self.resources[resource].document;
        let found = self.fragment(resource, fragment).or_else(|| self.fragment(document, fragment));
        found.ok_or_else(unknown)
    }

    fn fragment(&self, resource: usize, fragment: &str) -> Option<Site<'s>> {
        let root = Site { json: self.resources[resource].root, resource };
        if fragment.is_empty() {
            return Some(root);
        }
        let Some(pointer) = fragment.strip_prefix('/') else {
            let (_, json) = self.resources[resource].anchors.iter().find(|(name, _)| *name == fragment)?;
            return Some(self.within(root, json));
        };
        pointer.split('/').try_fold(root, |site, step| {
            let step = percent_decoded(step).replace("~1", "/").replace("~0", "~");
            let inner = match site.json {
                Json::Array(elements) => elements.get(step.parse::<usize>().ok()?)?,
                json => json.get(&step)?,
            };
            Some(self.within(site, inner))
        })
    }

    /// By the reference's own name first, as registries know it, then by URI.
    fn find(&self, from: Site<'s>, uri: &str) -> Option<usize> {
        let joined = join(&self.resources[from.resource].uri, uri);
        let found = self.by_uri.get(uri).or_else(|| self.by_uri.get(&joined));
        found.or_else(|| self.by_uri.get(uri.strip_prefix("./")?)).copied()
    }

    fn add(&mut self, uri: String, root: &'s Json, document: Option<usize>) -> usize {
        let uri = match id_of(root) {
            Some(id) => join(&uri, without_fragment(id)),
            None => uri,
        };
        let index = self.resources.len();
        self.by_uri.entry(uri.clone()).or_insert(index);
        self.resources.push(Resource { uri, root, document: document.unwrap_or(index), anchors: Vec::new() });
        index
    }

    /// Finds the anchors and the resources inside of a schema.
    fn index(&mut self, resource: usize, json: &'s Json) {
        let mut inside = resource;
        if let Some(id) = id_of(json) {
            match id.strip_prefix('#') {
                // Drafts 4 to 7 name anchors so.
                Some(anchor) => self.resources[resource].anchors.push((anchor, json)),
                None if !std::ptr::eq(self.resources[resource].root, json) => {
                    let Resource { uri, document, .. } = &self.resources[resource];
                    inside = self.add(uri.clone(), json, Some(*document));
                }
                None => {}
            }
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = json.text_of(keyword) {
                self.resources[inside].anchors.push((anchor, json));
            }
        }
        match json {
            Json::Array(elements) => elements.iter().for_each(|element| self.index(inside, element)),
            Json::Object(members) => {
                for (name, member) in members {
                    // What stands there is data.
                    if !matches!(name.as_str(), "enum" | "const" | "default" | "examples") {
                        self.index(inside, member);
                    }
                }
            }
            _ => {}
        }
    }
}

/// `$id`, or draft 4's `id`.
fn id_of(json: &Json) -> Option<&str> {
    json.text_of("$id").or_else(|| json.text_of("id")).filter(|id| !id.is_empty())
}

fn without_fragment(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(uri, _)| uri)
}

/// Resolves a URI against another, as far as schemas make use of it.
fn join(base: &str, uri: &str) -> String {
    let has_scheme = uri.find(':').is_some_and(|colon| !uri[..colon].contains(['/', '?']));
    if uri.is_empty() {
        return base.to_owned();
    }
    if has_scheme || base.is_empty() {
        return uri.to_owned();
    }
    // Where the path begins: after `scheme://authority`.
    let authority = base.find("://").map_or(0, |at| at + 3);
    let path = base[authority..].find('/').map_or(base.len(), |slash| authority + slash);
    if uri.starts_with('/') {
        return format!("{}{uri}", &base[..path]);
    }
    let mut folder = match base[path..].rfind('/') {
        Some(slash) => &base[..=path + slash],
        None if authority > 0 => return format!("{base}/{uri}"),
        None => base.rfind('/').map_or("", |slash| &base[..=slash]),
    };
    let mut rest = uri;
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            let parent = folder.trim_end_matches('/');
            folder = parent.rfind('/').map_or("", |slash| &parent[..=slash]);
            rest = after;
        } else {
            return format!("{folder}{rest}");
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = || u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok();
        let escaped = code().filter(|_| *first == b'%');
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
