//! `{cluster}`: the name in the event's ARN, or `cluster.name`.

use crate::batch::record;
use crate::check_from;
use record::Source;
use record::event::NewRecord;

const TEMPLATE: (&str, &str) =
    ("OBJECT_KEY_TEMPLATE", "{cluster}/{topic}/{path}/{topic}+{partition}+{offset}{extension}");

fn msk(name: &str) -> Source {
    let arn = format!(
        "arn:aws:kafka:ap-northeast-2:123456789012:cluster/{name}/751d2973-a626-431c-9d4e-d7975eb44dd7-2"
    );
    Source::Msk { cluster_arn: Some(arn) }
}

#[test]
fn the_cluster_is_the_one_in_the_arn() {
    check_from(
        msk("orders-prod"),
        &[TEMPLATE],
        &[record(0)],
        &["orders-prod/test-topic/partition=12/test-topic+12+0000000000.json"],
    );
}

#[test]
fn a_name_in_the_settings_goes_before_the_arns() {
    let vars = [TEMPLATE, ("CLUSTER_NAME", "blue")];
    let keys = ["blue/test-topic/partition=12/test-topic+12+0000000000.json"];
    check_from(msk("orders-prod"), &vars, &[record(0)], &keys);
    check_from(Source::SelfManaged, &vars, &[record(0)], &keys);
    check_from(Source::Msk { cluster_arn: None }, &vars, &[record(0)], &keys);
}

#[test]
fn two_clusters_with_one_topic_have_two_quarantines() {
    let bad = NewRecord { value: Some(b"{"), ..record(0) };
    let key = |name: &str| format!("quarantine/{name}/test-topic/partition=12/test-topic+12+0000000000.json");
    check_from(msk("a"), &[TEMPLATE], std::slice::from_ref(&bad), &[&key("a")]);
    check_from(msk("b"), &[TEMPLATE], &[bad], &[&key("b")]);
}

#[test]
fn a_template_without_the_cluster_asks_nobody_for_its_name() {
    let keys = ["topics/test-topic/partition=12/test-topic+12+0000000000.json"];
    check_from(msk("orders-prod"), &[], &[record(0)], &keys);
    check_from(Source::SelfManaged, &[], &[record(0)], &keys);
}
