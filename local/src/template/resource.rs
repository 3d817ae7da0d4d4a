//! Where a mapping stands in a template.

use super::error::Flaw;
use super::node::Node;
use super::scope::Scope;

/// A mapping in a template.
#[derive(Debug, Clone)]
pub(super) struct Place<'t> {
    /// `Resource`, or `Function.Event`.
    pub(super) name: String,
    pub(super) properties: &'t Node,
    /// The resource of the function that it calls.
    pub(super) function: Option<&'t Node>,
}

/// What stands for a resource without properties.
const NONE: &Node = &Node::Null;

impl<'t> Place<'t> {
    /// Finds a mapping by its name; the name of a function will do that has one alone, and so will none.
    pub(super) fn find(scope: &Scope<'t>, resource: Option<&str>) -> Result<Self, Flaw> {
        let all = all(scope)?;
        let mut found: Vec<&(Self, &Node)> = match resource {
            None => all.iter().collect(),
            Some(name) => all.iter().filter(|(place, _)| place.is_called(name)).collect(),
        };
        if found.is_empty()
            && let Some(resource) = resource
            && !all.is_empty()
        {
            let known = names(all.iter().map(|(place, _)| place));
            return Err(Flaw::UnknownResource { resource: resource.to_owned(), known });
        }
        // Of those that were not named, what is not made does not count.
        if found.len() > 1 {
            found.retain(|(_, owner)| {
                matches!(condition_of(owner).map(|name| scope.holds(name)), None | Some(Ok(Ok(true))))
            });
        }
        let (place, owner) = match found.as_slice() {
            [] => return Err(Flaw::NoMapping),
            [one] => *one,
            several => return Err(Flaw::Ambiguous { known: names(several.iter().map(|(place, _)| place)) }),
        };
        if let Some(condition) = condition_of(owner)
            && scope.holds(condition)? == Ok(false)
        {
            let (resource, condition) = (place.name.clone(), condition.to_owned());
            return Err(Flaw::NotMade { resource, condition });
        }
        Ok(place.clone())
    }

    fn is_called(&self, name: &str) -> bool {
        match self.name.split_once('.') {
            // SAM makes a resource of an event, and calls it so.
            Some((function, event)) => {
                name == self.name || name == function || name.strip_prefix(function) == Some(event)
            }
            None => name == self.name,
        }
    }
}

/// All mappings, each with the resource whose condition is its own.
fn all<'t>(scope: &Scope<'t>) -> Result<Vec<(Place<'t>, &'t Node)>, Flaw> {
    let mut places = Vec::new();
    for (name, resource) in scope.resources() {
        let properties = resource.get("Properties").unwrap_or(NONE);
        match resource.get("Type").and_then(Node::text) {
            Some("AWS::Lambda::EventSourceMapping") => {
                let function = function_of(properties, scope)?;
                places.push((Place { name: name.clone(), properties, function }, resource));
            }
            Some("AWS::Serverless::Function") => {
                let events = properties.get("Events").map(Node::entries).unwrap_or_default();
                for (event_name, event) in events {
                    if let Some("MSK" | "SelfManagedKafka") = event.get("Type").and_then(Node::text) {
                        let properties = event.get("Properties").unwrap_or(NONE);
                        let name = format!("{name}.{event_name}");
                        places.push((Place { name, properties, function: Some(resource) }, resource));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(places)
}

/// The function that `FunctionName` refers to, through conditions.
fn function_of<'t>(properties: &Node, scope: &Scope<'t>) -> Result<Option<&'t Node>, Flaw> {
    let mut node = properties.get("FunctionName");
    while let Some(reference) = node {
        let [(name, argument)] = reference.entries() else { return Ok(None) };
        match (name.as_str(), argument) {
            ("Ref", Node::Scalar(name)) => return Ok(scope.resource(name)),
            ("Fn::GetAtt", Node::List(parts)) => {
                return Ok(parts.first().and_then(Node::text).and_then(|name| scope.resource(name)));
            }
            ("Fn::If", Node::List(parts)) => {
                let [Node::Scalar(condition), yes, no] = parts.as_slice() else { return Ok(None) };
                node = match scope.holds(condition)? {
                    Ok(holds) => Some(if holds { yes } else { no }),
                    Err(_) => None,
                };
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

fn condition_of(resource: &Node) -> Option<&str> {
    resource.get("Condition").and_then(Node::text)
}

fn names<'p, 't: 'p>(places: impl Iterator<Item = &'p Place<'t>>) -> String {
    places.map(|place| place.name.as_str()).collect::<Vec<_>>().join(", ")
}
