//! A template as arguments.

use crate::command::function::{FunctionArguments, name_and_value};
use crate::command::terminal::note;
use clap::Args;
use local::template::{FunctionConfiguration, TemplateMapping};
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

/// Where the mapping is written down.
#[derive(Args)]
#[command(next_help_heading = "Template")]
pub(crate) struct TemplateArguments {
    /// A CloudFormation or SAM template with the event source mapping; arguments win over what it says
    ///
    /// The function runs with the template's variables, timeout and memory; --env and --timeout win. What only a
    /// deployed stack knows is named where it is needed. Of nested stacks the one that is named is read.
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// The mapping in the template: its logical id, or Function.Event of SAM; not needed where there is only one
    #[arg(long, value_name = "NAME", requires = "template")]
    resource: Option<String>,

    /// A parameter of the template, such as Topic=tracking.log; also AWS::Region=… and its like
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = name_and_value, requires = "template")]
    parameters: Vec<(String, String)>,
}

impl TemplateArguments {
    /// The mapping, where a template is given.
    pub(crate) fn read(&self) -> anyhow::Result<Option<TemplateMapping>> {
        let Some(path) = &self.template else { return Ok(None) };
        let mut parameters: BTreeMap<String, String> = self.parameters.iter().cloned().collect();
        if let Ok(region) = env::var("AWS_REGION") {
            parameters.entry("AWS::Region".to_owned()).or_insert(region);
        }
        Ok(Some(TemplateMapping::read(path, self.resource.as_deref(), &parameters)?))
    }
}

/// Has a function run as its template says, where the arguments don't say otherwise.
pub(crate) fn configure(arguments: &mut FunctionArguments, configuration: &FunctionConfiguration) {
    let is_given = |name: &str| arguments.variables.iter().any(|(given, _)| given == name);
    for (name, what) in &configuration.unknown_variables {
        if !is_given(name) {
            note(format_args!(
                "{name} is left out, for only a deployed stack knows it ({what}); --env sets it"
            ));
        }
    }
    // The later one of a name counts.
    let variables = configuration.variables.iter().map(|(name, value)| (name.clone(), value.clone()));
    arguments.variables = variables.chain(arguments.variables.drain(..)).collect();
    arguments.timeout = arguments.timeout.or(configuration.timeout);
}
