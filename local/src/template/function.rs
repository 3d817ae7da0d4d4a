//! The function that a mapping calls, as its template configures it.

use super::error::Flaw;
use super::node::Node;
use super::scope::Scope;
use super::value::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A function's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionConfiguration {
    /// `FunctionName`.
    pub name: Option<String>,
    /// The binary that `sam build` makes: `BuildProperties.Binary`.
    pub binary: Option<String>,
    /// `Timeout`.
    pub timeout: Option<Duration>,
    /// `MemorySize`.
    pub memory_mb: Option<u32>,
    /// `Environment.Variables`.
    pub variables: BTreeMap<String, String>,
    /// The variables whose values only a deployed stack knows, each with what it is.
    pub unknown_variables: BTreeMap<String, String>,
}

impl FunctionConfiguration {
    /// Reads a resource; `Globals.Function` counts for those of SAM.
    pub(super) fn of(resource: &Node, scope: &Scope<'_>) -> Result<Self, Flaw> {
        let mut function = Self::default();
        if resource.get("Type").and_then(Node::text) == Some("AWS::Serverless::Function")
            && let Some(globals) = scope.template.get("Globals").and_then(|globals| globals.get("Function"))
        {
            function.take(globals, scope)?;
        }
        if let Some(properties) = resource.get("Properties") {
            function.take(properties, scope)?;
        }
        let build = resource.get("Metadata").and_then(|metadata| metadata.get("BuildProperties"));
        let binary = build.and_then(|build| build.get("Binary")).and_then(Node::text);
        Ok(Self { binary: binary.map(str::to_owned), ..function })
    }

    fn take(&mut self, properties: &Node, scope: &Scope<'_>) -> Result<(), Flaw> {
        let text = |name: &str| {
            let value = properties.get(name).map(|node| scope.evaluate(node)).transpose()?;
            Ok(value.and_then(|value| if let Value::Text(text) = value { Some(text) } else { None }))
        };
        self.name = text("FunctionName")?.or(self.name.take());
        let timeout = text("Timeout")?.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        self.timeout = timeout.or(self.timeout);
        self.memory_mb = text("MemorySize")?.and_then(|memory_mb| memory_mb.parse().ok()).or(self.memory_mb);
        let environment = properties.get("Environment").map(|node| scope.evaluate(node)).transpose()?;
        let variables = environment.as_ref().map_or(&Value::Nothing, |value| value.get("Variables"));
        if let Value::Map(variables) = variables {
            for (name, value) in variables {
                match value {
                    Value::Text(text) => {
                        self.variables.insert(name.clone(), text.clone());
                    }
                    Value::Unknown(what) => {
                        self.unknown_variables.insert(name.clone(), what.clone());
                    }
                    Value::Nothing | Value::List(_) | Value::Map(_) => {}
                }
            }
        }
        Ok(())
    }
}
