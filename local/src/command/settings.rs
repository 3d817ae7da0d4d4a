//! `landfall settings`.

use super::terminal::say;
use clap::Args;
use pipeline::settings::{DefaultValue, Function, Functions, Setting, TABLE, settings_of};
use serde_json::json;
use std::process::ExitCode;

/// List the settings that functions take, with their defaults
#[derive(Args)]
pub(crate) struct Settings {
    /// The function; unset: all of them
    function: Option<Function>,

    /// Write a JSON array
    #[arg(long, conflicts_with = "markdown")]
    json: bool,

    /// Write a Markdown table
    #[arg(long)]
    markdown: bool,
}

impl Settings {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let table: Vec<&Setting> = match self.function {
            Some(function) => settings_of(function).collect(),
            None => TABLE.to_vec(),
        };
        if self.json {
            let settings: Vec<_> = table.into_iter().map(to_json).collect();
            say(serde_json::to_string_pretty(&settings)?)?;
        } else if self.markdown {
            say("| property | of | type | default | meaning |")?;
            say("|---|---|---|---|---|")?;
            for setting in table {
                let Setting { property, kind, summary, .. } = setting;
                let default = default(setting, |value| format!("`{value}`"));
                say(format_args!("| `{property}` | {} | {kind} | {default} | {summary} |", of(setting)))?;
            }
        } else {
            for (index, setting) in table.into_iter().enumerate() {
                if index > 0 {
                    say("")?;
                }
                let default = default(setting, str::to_owned);
                say(format_args!("{} ({})", setting.variable(), setting.property))?;
                say(format_args!("    {}", setting.summary.replace('`', "")))?;
                say(format_args!("    {}; {default}; of {}", setting.kind, of(setting)))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The functions that have a setting, for people.
fn of(setting: &Setting) -> &'static str {
    match setting.functions {
        Functions::All => "all",
        Functions::Sinks => "sinks",
        Functions::Only(function) => function.name(),
    }
}

/// What holds where a setting is not set, for people.
fn default(setting: &Setting, quote: impl Fn(&str) -> String) -> String {
    match setting.default {
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::Unset => "unset".to_owned(),
        DefaultValue::Value(value) => quote(value),
    }
}

fn to_json(setting: &Setting) -> serde_json::Value {
    let default = match setting.default {
        DefaultValue::Value(value) => Some(value),
        DefaultValue::Required | DefaultValue::Unset => None,
    };
    json!({
        "property": setting.property,
        "variable": setting.variable(),
        "functions": Function::ALL
            .into_iter()
            .filter(|function| setting.functions.contain(*function))
            .map(Function::name)
            .collect::<Vec<_>>(),
        "type": setting.kind,
        "default": default,
        "required": setting.default == DefaultValue::Required,
        "secret": setting.secret,
        "summary": setting.summary,
    })
}
