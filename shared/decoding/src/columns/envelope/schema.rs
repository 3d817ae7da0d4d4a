//! Connect's schemas in JSON.

use crate::columns::json::connect::{self, Base};
use crate::columns::json::{Budget, Kind, MapForm, Member, Node, Object, constant};
use crate::columns::{ColumnOptions, Recursion, UnusableSchema, meta};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A schema, or a struct's field, which is one with a name in `field`.
#[derive(Deserialize)]
struct ConnectSchema {
    r#type: String,
    #[serde(default)]
    optional: bool,
    name: Option<String>,
    doc: Option<String>,
    default: Option<Box<RawValue>>,
    parameters: Option<BTreeMap<String, String>>,
    field: Option<String>,
    fields: Option<Vec<Self>>,
    items: Option<Box<Self>>,
    keys: Option<Box<Self>>,
    values: Option<Box<Self>>,
}

struct Walk {
    options: ColumnOptions,
    path: Vec<String>,
    budget: Budget,
}

/// The node of a schema's text.
pub(super) fn node(text: &str, options: ColumnOptions) -> Result<Node, UnusableSchema> {
    let schema: ConnectSchema = serde_json::from_str(text)
        .map_err(|error| UnusableSchema(format!("`schema` is not a schema of Connect: {error}")))?;
    Walk { options, path: Vec::new(), budget: Budget::default() }.node(&schema)
}

impl Walk {
    fn node(&mut self, schema: &ConnectSchema) -> Result<Node, UnusableSchema> {
        self.budget.take()?;
        let mut node = Node::new(self.kind(schema)?);
        node.nullable = schema.optional;
        if let Some(name) = schema.name.as_ref().filter(|_| matches!(node.kind, Kind::Struct(_))) {
            node.notes.insert(meta::NAME, name.clone());
        }
        if let Some(doc) = &schema.doc {
            node.notes.insert(meta::DOC, doc.clone());
        }
        if let Some(default) = &schema.default {
            let cell = constant(&node, default.get());
            node.default = Some(cell.map_err(|_| self.unusable("has a default that is not of its type"))?);
            if matches!(
                node.kind,
                Kind::Boolean | Kind::Whole(_) | Kind::Float32 | Kind::Float64 | Kind::Text
            ) {
                node.notes.insert(meta::DEFAULT, default.get().to_owned());
            }
        }
        Ok(node)
    }

    fn kind(&mut self, schema: &ConnectSchema) -> Result<Kind, UnusableSchema> {
        match schema.r#type.as_str() {
            "struct" => self.structure(schema),
            "array" => {
                let item = self.part("items", schema.items.as_deref(), "[]")?;
                Ok(Kind::List(Box::new(item)))
            }
            "map" => {
                let key = self.part("keys", schema.keys.as_deref(), "{}")?;
                let value = self.part("values", schema.values.as_deref(), "{}")?;
                Ok(Kind::Map(MapForm::ObjectOrPairs(Box::new(key)), Box::new(value)))
            }
            name => {
                let unknown = || self.unusable(&format!("has the type `{name}`, which Connect doesn't know"));
                let base = Base::of(name).ok_or_else(unknown)?;
                let parameter = |name: &str| schema.parameters.as_ref()?.get(name).map(String::as_str);
                connect::kind(base, schema.name.as_deref(), parameter, self.options.temporal)
                    .map_err(|says| self.unusable(&says))
            }
        }
    }

    fn structure(&mut self, schema: &ConnectSchema) -> Result<Kind, UnusableSchema> {
        let fields = schema.fields.as_deref().unwrap_or_default();
        let mut members: Vec<Member> = Vec::with_capacity(fields.len());
        for field in fields {
            let name = field.field.as_deref();
            let name = name.ok_or_else(|| self.unusable("has a field without a name in `field`"))?;
            self.path.push(name.to_owned());
            let node = self.node(field)?;
            self.path.pop();
            members.push(Member { name: name.to_owned(), node });
        }
        let mut names: Vec<_> = members.iter().map(|member| &member.name).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(self.unusable(&format!("has two fields `{}`", twice[0])));
        }
        match self.options.recursion {
            _ if !members.is_empty() => Ok(Kind::Struct(Object::new(members))),
            Recursion::Json => Ok(Kind::Json),
            Recursion::Quarantine => Err(self.unusable(
                "is a struct without fields, which no columns can hold; \
                 `recursive.types=json` makes it a column of JSON text",
            )),
        }
    }

    fn part(
        &mut self,
        keyword: &str,
        schema: Option<&ConnectSchema>,
        step: &str,
    ) -> Result<Node, UnusableSchema> {
        let schema = schema.ok_or_else(|| self.unusable(&format!("has no `{keyword}`")))?;
        self.path.push(step.to_owned());
        let node = self.node(schema)?;
        self.path.pop();
        Ok(node)
    }

    fn unusable(&self, says: &str) -> UnusableSchema {
        if self.path.is_empty() {
            return UnusableSchema(format!("value {says}"));
        }
        UnusableSchema(format!("field `{}` {says}", self.path.join(".")))
    }
}
