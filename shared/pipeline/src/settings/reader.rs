//! Reading variables into types, with every problem kept.

use super::Function;
use super::table::{DefaultValue, Empty, Setting, TABLE};
use super::unsupported::UNSUPPORTED;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// The settings are not what they should be; each problem stands on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    /// At least one.
    pub problems: Vec<Problem>,
}

/// One variable that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The environment variable.
    pub variable: String,
    /// Its value, masked where it is a secret; none where it is not set.
    pub value: Option<String>,
    /// What is expected, or what to do instead.
    pub expected: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("1 setting is wrong")?,
            count => write!(f, "{count} settings are wrong")?,
        }
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value:?}: {}", self.variable, self.expected),
            None => write!(f, "{} is not set: {}", self.variable, self.expected),
        }
    }
}

/// Reads variables and keeps every problem.
pub struct Reader<'a> {
    function: Function,
    lookup: &'a dyn Fn(&str) -> Option<OsString>,
    problems: Vec<Problem>,
}

impl fmt::Debug for Reader<'_> {
    /// Writes no value: some are secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("function", &self.function).finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(function: Function, lookup: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self { function, lookup, problems: Vec::new() }
    }

    /// Reads a setting, or its default, with `parse`, whose error says what is expected.
    ///
    /// None where it is not set and has no default, or where there is a problem.
    pub(super) fn read<T, E: fmt::Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = match self.value(setting) {
            Some(text) => text,
            None => match setting.default {
                DefaultValue::Value(text) => text.to_owned(),
                DefaultValue::Unset => return None,
                DefaultValue::Required => {
                    // What was set but refused is a problem already.
                    if !self.has_problem(setting) {
                        self.refuse(setting, "it is required");
                    }
                    return None;
                }
            },
        };
        parse(&text).inspect_err(|error| self.refuse(setting, error)).ok()
    }

    /// Reads a setting as text.
    pub(super) fn text(&mut self, setting: &Setting) -> Option<String> {
        self.read(setting, |text| Ok::<_, &str>(text.to_owned()))
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self, setting: &Setting) -> Option<bool> {
        self.read(setting, |text| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("expected true or false"),
        })
    }

    /// Reads a whole number of a range.
    pub(super) fn number(&mut self, setting: &Setting, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        self.read(setting, |text| {
            text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| match *range.end() {
                end if end >= i64::MAX as u64 => format!("expected a whole number from {} up", range.start()),
                end => format!("expected a whole number from {} to {end}", range.start()),
            })
        })
    }

    /// Whether a setting has a value of its own.
    pub(super) fn is_set(&self, setting: &Setting) -> bool {
        self.find(setting).1.is_some_and(|value| !(value.is_empty() && setting.empty == Empty::Unset))
    }

    /// A setting's variable with its value: of its variables the first that is set.
    fn find(&self, setting: &Setting) -> (String, Option<OsString>) {
        setting
            .variables()
            .find_map(|variable| (self.lookup)(&variable).map(|value| (variable, Some(value))))
            .unwrap_or_else(|| (setting.variable(), None))
    }

    /// A variable that is no setting of the table, such as `AWS_REGION`; an empty one is as good as none.
    pub(super) fn ambient(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable)?.into_string().ok().filter(|value| !value.is_empty())
    }

    /// Notes that a setting's value won't do.
    pub(super) fn refuse(&mut self, setting: &Setting, expected: impl fmt::Display) {
        let (variable, value) = self.find(setting);
        let value = value.map(|value| show(setting, &value));
        self.problems.push(Problem { variable, value, expected: expected.to_string() });
    }

    /// Notes that a variable that is no setting of the table won't do.
    pub(super) fn refuse_ambient(&mut self, variable: &str, expected: impl fmt::Display) {
        if self.problems.iter().any(|problem| problem.variable == variable) {
            return;
        }
        let value = self.ambient(variable);
        self.problems.push(Problem { variable: variable.to_owned(), value, expected: expected.to_string() });
    }

    /// Refuses every property that asks for what this function does not have.
    pub(super) fn refuse_unsupported(&mut self) {
        self.refuse_others();
        for unsupported in UNSUPPORTED.iter().filter(|it| it.functions.contain(self.function)) {
            let variable = unsupported.variable();
            let Some(value) = (self.lookup)(&variable) else { continue };
            let value = value.to_string_lossy();
            if unsupported.asks(&value) {
                let expected = format!("{} is not supported: {}", unsupported.property, unsupported.way);
                // A proxy's password, say, has no business in a log.
                let value = if unsupported.property.contains("password") { "***".into() } else { value };
                self.problems.push(Problem { variable, value: Some(value.into_owned()), expected });
            }
        }
    }

    /// Refuses settings of other functions, unless they say what holds anyway.
    fn refuse_others(&mut self) {
        let function = self.function;
        let has = |variable: &String| {
            TABLE
                .iter()
                .any(|it| it.functions.contain(function) && it.variables().any(|its| its == *variable))
                || UNSUPPORTED.iter().any(|it| it.functions.contain(function) && it.variable() == *variable)
        };
        for setting in TABLE.iter().filter(|setting| !setting.functions.contain(function)) {
            for variable in setting.variables() {
                let Some(value) = (self.lookup)(&variable) else { continue };
                // Last, because it goes through all tables, and a cold start through here.
                if has(&variable) {
                    continue;
                }
                let is_default = match setting.default {
                    DefaultValue::Value(default) => value.eq_ignore_ascii_case(default),
                    DefaultValue::Required | DefaultValue::Unset => false,
                };
                if is_default || (value.is_empty() && setting.empty == Empty::Unset) {
                    continue;
                }
                let value = show(setting, &value);
                let expected = format!("{function} does not have {}: remove it", setting.property);
                self.problems.push(Problem { variable, value: Some(value), expected });
            }
        }
    }

    /// What was read, where there was no problem.
    pub(super) fn finish<T>(self, settings: Option<T>) -> Result<T, SettingsError> {
        if self.problems.is_empty() {
            return Ok(settings.expect("a setting that is missing is a problem"));
        }
        Err(SettingsError { problems: self.problems })
    }

    fn has_problem(&self, setting: &Setting) -> bool {
        let (variable, _) = self.find(setting);
        self.problems.iter().any(|problem| problem.variable == variable)
    }

    fn value(&mut self, setting: &Setting) -> Option<String> {
        let mut values = setting.variables().filter_map(|variable| (self.lookup)(&variable));
        let value = values.next()?;
        if values.any(|other| other != value) {
            let variables: Vec<String> = setting.variables().collect();
            self.refuse(
                setting,
                format_args!("expected one value, not several in {}", variables.join(" and ")),
            );
            return None;
        }
        match value.into_string() {
            Ok(text) if text.is_empty() && setting.empty == Empty::Unset => None,
            Ok(text) if text.is_empty() && setting.empty == Empty::Refused => {
                self.refuse(setting, format_args!("expected a value that is not empty: {}", setting.kind));
                None
            }
            Ok(text) => Some(text),
            Err(_) => {
                self.refuse(setting, "expected text in UTF-8");
                None
            }
        }
    }
}

/// A value as a problem may show it.
fn show(setting: &Setting, value: &OsStr) -> String {
    let value = value.to_string_lossy();
    // A URL may hold a password.
    if setting.secret || (value.contains("://") && value.contains('@')) {
        return "***".to_owned();
    }
    value.into_owned()
}
