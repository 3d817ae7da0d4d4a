//! A template's parameters.

use super::error::Flaw;
use super::node::Node;
use super::value::Value;
use std::collections::BTreeMap;

/// What CloudFormation sets, as far as it matters here; the account is the one of local invocations.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
const PSEUDO: [(&str, &str); 5] = [
    ("AWS::AccountId", "123456789012"),
    ("AWS::Partition", "aws"),
    ("AWS::Region", "ap-northeast-2"),
    ("AWS::StackName", "landfall"),
    ("AWS::URLSuffix", "amazonaws.com"),
];

/// The value of every parameter, pseudo parameters among them.
pub(super) fn values(
    template: &Node,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Flaw> {
    let declared = template.get("Parameters").map(Node::entries).unwrap_or_default();
    let mut values: BTreeMap<String, Value> =
        PSEUDO.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect();
    values.insert("AWS::NoValue".to_owned(), Value::Nothing);
    for (name, value) in given {
        if !values.contains_key(name) && !declared.iter().any(|(known, _)| known == name) {
            let known: Vec<&str> = declared.iter().map(|(name, _)| name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Flaw::UnknownParameter { name: name.clone(), known });
        }
        values.insert(name.clone(), Value::text(value));
    }
    for (name, declaration) in declared {
        values.insert(name.clone(), value(name, declaration, given.get(name))?);
    }
    Ok(values)
}

fn value(name: &str, declaration: &Node, given: Option<&String>) -> Result<Value, Flaw> {
    let kind = declaration.get("Type").and_then(Node::text).unwrap_or("String");
    let default = declaration.get("Default").and_then(Node::text);
    let text = match (given, default) {
        (Some(text), _) => text.as_str(),
        // Its default is the name of a parameter of Systems Manager.
        (None, Some(_)) if kind.starts_with("AWS::SSM::Parameter::Value") => {
            return Ok(Value::Unknown(format!("the parameter {name}, which Systems Manager has")));
        }
        (None, Some(text)) => text,
        (None, None) => {
            return Ok(Value::Unknown(format!(
                "the parameter {name}, which has no default: give --parameter {name}=…"
            )));
        }
    };
    if let Some(Node::List(allowed)) = declaration.get("AllowedValues") {
        let allowed: Vec<&str> = allowed.iter().map(|node| node.text().unwrap_or_default()).collect();
        if !allowed.contains(&text) {
            let (name, value) = (name.to_owned(), text.to_owned());
            return Err(Flaw::ForbiddenValue { name, value, allowed: allowed.join(", ") });
        }
    }
    if kind == "CommaDelimitedList" || kind.starts_with("List<") {
        return Ok(Value::List(text.split(',').map(|part| Value::text(part.trim())).collect()));
    }
    Ok(Value::text(text))
}
