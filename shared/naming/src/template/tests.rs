use super::{DEFAULT_KEY_TEMPLATE, KeyTemplate, TemplateError};
use crate::{Delimiter, Naming, Path, Place};

fn key(template: KeyTemplate, directory: &str) -> String {
    let naming = Naming {
        template,
        directory: directory.to_owned(),
        offset_pad_width: 10,
        extension: ".json.gz".to_owned(),
    };
    let path = Path::try_from("year=2025/month=11".to_owned()).unwrap();
    naming.key(&Place { cluster: "prod", topic: "s3.sink", partition: 3, path: &path }, 42)
}

#[track_caller]
fn check(template: &str, expected: &str) {
    assert_eq!(key(template.parse().unwrap(), "topics"), expected);
}

#[track_caller]
fn check_without_directory(template: &str, expected: &str) {
    assert_eq!(key(template.parse().unwrap(), ""), expected);
}

#[track_caller]
fn check_error(template: &str, expected: &str) {
    assert_eq!(template.parse::<KeyTemplate>().unwrap_err().to_string(), expected);
}

#[test]
fn placeholders_become_what_they_name() {
    check(DEFAULT_KEY_TEMPLATE, "topics/s3.sink/year=2025/month=11/s3.sink+3+0000000042.json.gz");
    check(
        "{path}/{topic}+{partition}+{offset}{extension}",
        "year=2025/month=11/s3.sink+3+0000000042.json.gz",
    );
    check(
        "raw/{cluster}/{topics.dir}/{path}/{topic}-{offset}-p{partition}{extension}",
        "raw/prod/topics/year=2025/month=11/s3.sink-0000000042-p3.json.gz",
    );
    // A path is safe beside a number behind literal text, and the topic may be a directory only.
    check(
        "{topic}/{path}+{partition}+{offset}{extension}",
        "s3.sink/year=2025/month=11+3+0000000042.json.gz",
    );
    check("{topic}/{offset}~{partition}.v1{extension}", "s3.sink/0000000042~3.v1.json.gz");
    check("ünï/{topic}+{partition}+{offset}{extension}", "ünï/s3.sink+3+0000000042.json.gz");
}

#[test]
fn the_text_of_the_default_is_the_default() {
    assert_eq!(DEFAULT_KEY_TEMPLATE.parse(), Ok(KeyTemplate::default()));
}

#[test]
fn an_empty_directory_vanishes_with_its_slash() {
    check_without_directory(DEFAULT_KEY_TEMPLATE, "s3.sink/year=2025/month=11/s3.sink+3+0000000042.json.gz");
    check_without_directory(
        "raw/{topics.dir}/{topic}/{topic}+{partition}+{offset}{extension}",
        "raw/s3.sink/s3.sink+3+0000000042.json.gz",
    );
    let underscored = KeyTemplate::with_delimiters(&"_".parse().unwrap(), &"#".parse().unwrap()).unwrap();
    assert_eq!(key(underscored, ""), "s3.sink_year=2025/month=11_s3.sink#3#0000000042.json.gz");
}

#[test]
fn delimiters_stand_in_the_default_template() {
    let template = KeyTemplate::with_delimiters(&"_".parse().unwrap(), &"#".parse().unwrap()).unwrap();
    assert_eq!(key(template, "topics"), "topics_s3.sink_year=2025/month=11_s3.sink#3#0000000042.json.gz");
    // Braces are no placeholders here.
    let template =
        KeyTemplate::with_delimiters(&Delimiter::directory(), &"{offset}".parse().unwrap()).unwrap();
    assert_eq!(
        key(template, "topics"),
        "topics/s3.sink/year=2025/month=11/s3.sink{offset}3{offset}0000000042.json.gz"
    );
}

#[test]
fn a_file_delimiter_must_tell_the_numbers_apart() {
    let with_file =
        |file: &str| KeyTemplate::with_delimiters(&Delimiter::directory(), &file.parse().unwrap());
    assert_eq!(with_file("7"), Err(TemplateError::NumberRunsTogether { placeholder: "{partition}" }));
    assert_eq!(with_file("/"), Err(TemplateError::NotInFileName { placeholder: "{partition}" }));
    with_file("-").unwrap();
    with_file("0-0").unwrap();
}

#[test]
fn the_cluster_is_used_where_the_template_names_it() {
    assert!(!KeyTemplate::default().uses_cluster());
    let template: KeyTemplate = "{cluster}/{topic}+{partition}+{offset}{extension}".parse().unwrap();
    assert!(template.uses_cluster());
}

#[test]
fn an_unknown_placeholder_is_named() {
    const EXPECTED: &str = "expected only the placeholders {topics.dir}, {cluster}, {topic}, {path}, {partition}, \
                            {offset} and {extension}, not ";
    check_error("{topic}/{date}/{partition}+{offset}{extension}", &format!("{EXPECTED}{{date}}"));
    check_error("{topic}{}", &format!("{EXPECTED}{{}}"));
    check_error("{Topic}", &format!("{EXPECTED}{{Topic}}"));
    check_error("{ topic }", &format!("{EXPECTED}{{ topic }}"));
}

#[test]
fn an_unbalanced_brace_is_found() {
    check_error("{topic}/{partition", "expected a `}` for the `{` at character 9");
    check_error("ä{topic/{partition}", "expected a `}` for the `{` at character 2");
    check_error("{{topic}}", "expected a `}` for the `{` at character 1");
    check_error("{topic}}/{partition}", "expected a `{` before the `}` at character 8");
}

#[test]
fn a_template_must_keep_records_apart() {
    check_error(
        "{topics.dir}/{partition}+{offset}{extension}",
        "expected {topic} in it, so that two topics never share a key",
    );
    for template in ["{topic}+{offset}{extension}", "{topic}/{partition}/{offset}{extension}"] {
        check_error(
            template,
            "expected {partition} in the name of the file, after the last `/`, {topics.dir} and {path}",
        );
    }
    for template in ["{topic}+{partition}{extension}", "{topic}/{offset}+{path}+{partition}{extension}"] {
        check_error(
            template,
            "expected {offset} in the name of the file, after the last `/`, {topics.dir} and {path}",
        );
    }
    for (template, placeholder) in [
        ("{topic}/{partition}{offset}{extension}", "{partition}"),
        ("{topic}/{partition}0{offset}{extension}", "{partition}"),
        ("{topic}{partition}+{offset}{extension}", "{partition}"),
        ("{topic}/{partition}+{cluster}{offset}{extension}", "{offset}"),
    ] {
        check_error(
            template,
            &format!(
                "expected a text that is not all digits between {placeholder} and the placeholder beside it"
            ),
        );
    }
}

#[test]
fn the_extension_stands_in_the_name_of_the_file_or_nowhere() {
    check("{topic}/{partition}-{offset}.jsonl", "s3.sink/3-0000000042.jsonl");
    check("{topic}/{partition}-{offset}{extension}.bak", "s3.sink/3-0000000042.json.gz.bak");
    for template in
        ["{topic}{extension}/{partition}+{offset}", "{topic}+{partition}{extension}+{offset}{extension}"]
    {
        check_error(template, "expected {extension} once or not at all, in the name of the file");
    }
}

#[test]
fn a_template_must_make_safe_keys() {
    for template in [
        "/{topic}+{partition}+{offset}{extension}",
        "{topic}//{topic}+{partition}+{offset}{extension}",
        "{topics.dir}//{topic}+{partition}+{offset}{extension}",
        "./{topic}+{partition}+{offset}{extension}",
        "{topics.dir}/../{topic}+{partition}+{offset}{extension}",
    ] {
        check_error(template, "expected no `/` at its start and no directory that is empty, `.` or `..`");
    }
    check_error("{topic}\n+{partition}+{offset}{extension}", "expected no control characters");
    for template in [
        "x{topics.dir}/{topic}+{partition}+{offset}{extension}",
        "{topics.dir}-{topic}+{partition}+{offset}{extension}",
        "{topic}{topics.dir}/{topic}+{partition}+{offset}{extension}",
    ] {
        check_error(
            template,
            "expected {topics.dir} as a directory of its own, with a `/` after it, and before it unless it is \
             the first",
        );
    }
}
