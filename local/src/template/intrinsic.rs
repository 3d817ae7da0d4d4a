//! CloudFormation's functions.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use super::error::Flaw;
use super::node::Node;
use super::scope::Scope;
use super::value::Value;

impl Scope<'_> {
    /// Calls a function.
    pub(super) fn call(&self, name: &str, argument: &Node) -> Result<Value, Flaw> {
        let wrong = || Flaw::Unexpected { expected: format!("{name} with its arguments") };
        let arguments = match argument {
            Node::List(arguments) => arguments.as_slice(),
            one => std::slice::from_ref(one),
        };
        match (name, arguments) {
            ("Ref", [Node::Scalar(name)]) => self.reference(name),
            ("Fn::GetAtt", [Node::Scalar(name)]) => {
                let (name, attribute) = name.split_once('.').ok_or_else(wrong)?;
                self.attribute(name, attribute)
            }
            ("Fn::GetAtt", [Node::Scalar(name), Node::Scalar(attribute)]) => self.attribute(name, attribute),
            ("Fn::If", [Node::Scalar(condition), yes, no]) => match self.holds(condition)? {
                Ok(holds) => self.evaluate(if holds { yes } else { no }),
                Err(what) => Ok(Value::Unknown(what)),
            },
            ("Fn::Sub", [Node::Scalar(text)]) => self.substitute(text, &[]),
            ("Fn::Sub", [Node::Scalar(text), Node::Map(names)]) => self.substitute(text, names),
            ("Fn::Join", [Node::Scalar(delimiter), list]) => Ok(match self.evaluate(list)? {
                Value::List(parts) => join(&parts, delimiter).ok_or_else(wrong)?,
                Value::Unknown(what) => Value::Unknown(what),
                _ => return Err(wrong()),
            }),
            ("Fn::Split", [Node::Scalar(delimiter), text]) => Ok(match self.evaluate(text)? {
                Value::Text(text) => Value::List(text.split(delimiter.as_str()).map(Value::text).collect()),
                Value::Unknown(what) => Value::Unknown(what),
                _ => return Err(wrong()),
            }),
            ("Fn::Select", [index, list]) => match (self.evaluate(index)?, self.evaluate(list)?) {
                (Value::Text(index), Value::List(list)) => {
                    let element = index.parse().ok().and_then(|index: usize| list.get(index).cloned());
                    element.ok_or_else(wrong)
                }
                (Value::Unknown(what), _) | (_, Value::Unknown(what)) => Ok(Value::Unknown(what)),
                _ => Err(wrong()),
            },
            ("Fn::FindInMap", [map, first, second]) => self.find_in_map([map, first, second]),
            // What is left asks AWS, or makes what no mapping has.
            _ => Ok(Value::Unknown(format!("!{}", name.trim_start_matches("Fn::")))),
        }
    }

    /// Puts values into a text: `${Name}`, `${Resource.Attribute}`, and `${!Literal}` for what is to stay.
    fn substitute(&self, text: &str, names: &[(String, Node)]) -> Result<Value, Flaw> {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                return Err(Flaw::Unexpected { expected: format!("a closing brace in {text:?}") });
            };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            let local = names.iter().find(|(local, _)| local == name);
            let value = match (local, name.split_once('.')) {
                (Some((_, node)), _) => self.evaluate(node)?,
                (None, Some((name, attribute))) => self.attribute(name, attribute)?,
                (None, None) => self.reference(name)?,
            };
            match value {
                Value::Text(value) => result.push_str(&value),
                Value::Unknown(what) => return Ok(Value::Unknown(what)),
                _ => return Err(Flaw::Unexpected { expected: format!("text for ${{{name}}}") }),
            }
        }
        result.push_str(rest);
        Ok(Value::Text(result))
    }

    fn find_in_map(&self, keys: [&Node; 3]) -> Result<Value, Flaw> {
        let mut node = self.template.get("Mappings");
        for key in keys {
            match self.evaluate(key)? {
                Value::Text(key) => node = node.and_then(|node| node.get(&key)),
                Value::Unknown(what) => return Ok(Value::Unknown(what)),
                _ => return Err(Flaw::Unexpected { expected: "Fn::FindInMap with three texts".to_owned() }),
            }
        }
        let node = node.ok_or_else(|| Flaw::Unexpected {
            expected: "Fn::FindInMap with keys that the template's Mappings have".to_owned(),
        })?;
        self.evaluate(node)
    }
}

fn join(parts: &[Value], delimiter: &str) -> Option<Value> {
    let mut texts = Vec::new();
    for part in parts {
        match part {
            Value::Text(text) => texts.push(text.as_str()),
            Value::Unknown(what) => return Some(Value::Unknown(what.clone())),
            _ => return None,
        }
    }
    Some(Value::Text(texts.join(delimiter)))
}
