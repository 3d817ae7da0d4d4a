//! What names stand for in a template.

use super::error::Flaw;
use super::node::Node;
use super::parameters;
use super::value::Value;
use std::collections::BTreeMap;

/// A template, with the parameters of a deployment.
#[derive(Debug)]
pub(super) struct Scope<'t> {
    pub(super) template: &'t Node,
    parameters: BTreeMap<String, Value>,
}

/// How deep conditions may lead to each other; who has more has a circle.
const MAX_DEPTH: usize = 64;

impl<'t> Scope<'t> {
    pub(super) fn of(template: &'t Node, given: &BTreeMap<String, String>) -> Result<Self, Flaw> {
        Ok(Self { template, parameters: parameters::values(template, given)? })
    }

    pub(super) fn resources(&self) -> &'t [(String, Node)] {
        self.template.get("Resources").map(Node::entries).unwrap_or_default()
    }

    pub(super) fn resource(&self, name: &str) -> Option<&'t Node> {
        self.template.get("Resources")?.get(name)
    }

    /// What a part of the template comes to.
    pub(super) fn evaluate(&self, node: &Node) -> Result<Value, Flaw> {
        Ok(match node {
            Node::Null => Value::Nothing,
            Node::Scalar(text) => Value::text(text),
            Node::List(elements) => {
                let elements: Vec<Value> =
                    elements.iter().map(|element| self.evaluate(element)).collect::<Result<_, _>>()?;
                Value::List(elements.into_iter().filter(|element| !element.is_nothing()).collect())
            }
            Node::Map(entries) => match entries.as_slice() {
                [(name, argument)] if is_intrinsic(name) => self.call(name, argument)?,
                entries => {
                    let mut map = BTreeMap::new();
                    for (name, value) in entries {
                        let value = self.evaluate(value)?;
                        if !value.is_nothing() {
                            map.insert(name.clone(), value);
                        }
                    }
                    Value::Map(map)
                }
            },
        })
    }

    /// What `!Ref` gives.
    pub(super) fn reference(&self, name: &str) -> Result<Value, Flaw> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        if name.starts_with("AWS::") {
            return Ok(Value::Unknown(format!("!Ref {name}")));
        }
        match self.resource(name) {
            None => Err(Flaw::DanglingReference { name: name.to_owned() }),
            Some(resource) => Ok(match self.bucket(name, resource)? {
                Some(bucket) => Value::Text(bucket),
                None => Value::Unknown(format!("!Ref {name}")),
            }),
        }
    }

    /// What `!GetAtt` gives.
    pub(super) fn attribute(&self, name: &str, attribute: &str) -> Result<Value, Flaw> {
        let resource =
            self.resource(name).ok_or_else(|| Flaw::DanglingReference { name: name.to_owned() })?;
        Ok(match (self.bucket(name, resource)?, attribute) {
            (Some(bucket), "Arn") => Value::Text(format!("arn:aws:s3:::{bucket}")),
            _ => Value::Unknown(format!("!GetAtt {name}.{attribute}")),
        })
    }

    /// Whether a condition holds; or what is unknown of it.
    pub(super) fn holds(&self, name: &str) -> Result<Result<bool, String>, Flaw> {
        self.holds_within(name, MAX_DEPTH)
    }

    fn holds_within(&self, name: &str, depth: usize) -> Result<Result<bool, String>, Flaw> {
        let condition = self.template.get("Conditions").and_then(|conditions| conditions.get(name));
        let condition = condition.filter(|_| depth > 0).ok_or_else(|| Flaw::Unexpected {
            expected: format!("a condition {name} that does not lead to itself"),
        })?;
        self.decide(condition, depth - 1)
    }

    /// Evaluates a condition's function.
    fn decide(&self, node: &Node, depth: usize) -> Result<Result<bool, String>, Flaw> {
        let [(name, argument)] = node.entries() else {
            return Ok(match self.evaluate(node)? {
                Value::Text(text) => Ok(text == "true"),
                Value::Unknown(what) => Err(what),
                _ => return Err(Flaw::Unexpected { expected: "a condition".to_owned() }),
            });
        };
        let arguments = match argument {
            Node::List(arguments) => arguments.as_slice(),
            _ => &[],
        };
        match (name.as_str(), arguments) {
            ("Condition", _) => self.holds_within(argument.text().unwrap_or_default(), depth),
            ("Fn::Equals", [left, right]) => Ok(match (self.evaluate(left)?, self.evaluate(right)?) {
                (Value::Unknown(what), _) | (_, Value::Unknown(what)) => Err(what),
                (left, right) => Ok(left == right),
            }),
            ("Fn::Not", [one]) => Ok(self.decide(one, depth)?.map(|holds| !holds)),
            ("Fn::And", all) => self.decide_each(all, depth, false),
            ("Fn::Or", any) => self.decide_each(any, depth, true),
            _ => Err(Flaw::Unexpected {
                expected: format!(
                    "a condition of Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition, not {name}"
                ),
            }),
        }
    }

    /// One that is `enough` decides; if there is none, one that is unknown leaves all unknown.
    fn decide_each(
        &self,
        conditions: &[Node],
        depth: usize,
        enough: bool,
    ) -> Result<Result<bool, String>, Flaw> {
        let mut decision = Ok(!enough);
        for condition in conditions {
            match self.decide(condition, depth)? {
                Ok(holds) if holds == enough => return Ok(Ok(enough)),
                Ok(_) => {}
                Err(what) => decision = Err(what),
            }
        }
        Ok(decision)
    }

    /// The name of a bucket: its own, or where CloudFormation would draw one, its name in the template, as S3 allows it.
    fn bucket(&self, name: &str, resource: &Node) -> Result<Option<String>, Flaw> {
        if resource.get("Type").and_then(Node::text) != Some("AWS::S3::Bucket") {
            return Ok(None);
        }
        let own = resource.get("Properties").and_then(|properties| properties.get("BucketName"));
        Ok(Some(match own.map(|own| self.evaluate(own)).transpose()? {
            Some(Value::Text(own)) => own,
            _ => name.to_lowercase(),
        }))
    }
}

fn is_intrinsic(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}
