//! One event source mapping out of a CloudFormation or SAM template, with the function that it calls.
//!
//! Parameters and conditions are evaluated as CloudFormation does. What only a deployed stack knows, such as
//! `!GetAtt Cluster.Arn`, stays unknown, and is an error where it is needed alone. One template is read: the one
//! of a nested stack is to be named itself, with the parameters that its parent would hand over.

mod error;
mod function;
mod intrinsic;
mod node;
mod parameters;
mod resource;
mod scope;
#[cfg(test)]
mod tests;
mod value;

use crate::mapping::MappingProperties;
use node::Node;
use resource::Place;
use scope::Scope;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub use error::TemplateError;
pub use function::FunctionConfiguration;
pub(crate) use value::Value;

/// What a template says of one mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateMapping {
    /// The mapping's name in the template, such as `Mapping`, or `Function.Event`.
    pub resource: String,
    /// The mapping's properties as they are written there.
    pub properties: MappingProperties,
    /// The function that it calls, where it stands in the same template.
    pub function: Option<FunctionConfiguration>,
}

impl TemplateMapping {
    /// Reads the mapping `resource` of a template: an `AWS::Lambda::EventSourceMapping`, or an event `MSK` or
    /// `SelfManagedKafka` of an `AWS::Serverless::Function`. Its name may be left out where there is only one.
    ///
    /// `parameters` are those of the deployment; pseudo parameters, such as `AWS::Region`, may be among them.
    ///
    /// # Errors
    ///
    /// When the template cannot be read, or has no such mapping.
    pub fn read(
        path: &Path,
        resource: Option<&str>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, TemplateError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|source| TemplateError::Unreadable { path: shown.clone(), source })?;
        Self::parse(&text, resource, parameters)
            .map_err(|flaw| TemplateError::Flaw { path: shown, source: flaw })
    }

    fn parse(
        text: &str,
        resource: Option<&str>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, error::Flaw> {
        let template = Node::parse(text)?;
        let scope = Scope::of(&template, parameters)?;
        let Place { name, properties, function } = Place::find(&scope, resource)?;
        let properties = MappingProperties::from_template(&scope.evaluate(properties)?);
        let function = function.map(|function| FunctionConfiguration::of(function, &scope)).transpose()?;
        Ok(Self { resource: name, properties, function })
    }
}
