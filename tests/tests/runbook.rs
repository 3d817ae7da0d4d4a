//! The runbook is true to the templates: every alarm has its line, every parameter and output that it names is there.

use end_to_end::tools::root;
use std::collections::BTreeSet;
use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

/// What stands between these two, wherever they do.
fn between<'a>(text: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

#[test]
fn every_alarm_has_its_line() {
    let templates = read("infra/observe.yaml") + &read("infra/cdc.yaml");
    let runbook = read("infra/README.md");
    let alarms = between(&templates, "AlarmName: !Sub \"${Project}-", "\"");
    assert!(alarms.len() > 10, "{alarms:?}");
    let (_, rest) = runbook.split_once("| alarm | rings when | do |").expect("the table of the alarms");
    let (table, _) = rest.split_once("\n\n").expect("the end of the table");
    let told = between(table, "`<project>-", "`");
    assert_eq!(told, alarms);
}

#[test]
fn every_output_that_is_asked_for_is_there() {
    let (template, runbook) = (read("infra/template.yaml"), read("infra/README.md"));
    let (_, outputs) = template.split_once("\nOutputs:\n").expect("outputs");
    let asked = between(&runbook, "$(output ", ")");
    assert!(asked.contains("BucketName"), "{asked:?}");
    for name in asked {
        assert!(
            outputs.contains(&format!("\n  {name}:\n")) || outputs.starts_with(&format!("  {name}:\n")),
            "{name}"
        );
    }
}

#[test]
fn every_parameter_that_is_set_is_there() {
    let (template, runbook) = (read("infra/template.yaml"), read("infra/README.md"));
    let is_parameter =
        |name: &str| name.chars().all(char::is_alphanumeric) && name.starts_with(char::is_uppercase);
    // Code stands between every other pair of backticks.
    let set: BTreeSet<&str> = runbook
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| Some(code.split_once('=')?.0))
        .filter(|name| is_parameter(name) && name.chars().any(char::is_lowercase))
        .collect();
    assert!(set.contains("StartingPosition") && set.contains("FlushSize"), "{set:?}");
    for name in set {
        assert!(
            template.contains(&format!("\n  {name}:\n    Type: ")),
            "{name} is no parameter of template.yaml"
        );
    }
}
