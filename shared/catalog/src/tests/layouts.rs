use super::{Layout, described, fields, hourly, id, shown};
use crate::CatalogError;
use arrow_schema::{DataType, Field};
use naming::KeyTemplate;
use partitioning::Partitioner;

#[track_caller]
fn check(layout: &Layout, location: &str, template: &str, partitions: &[(&str, &str)], warnings: &[&str]) {
    check_with(layout, vec![id()], location, template, partitions, warnings);
}

#[track_caller]
fn check_with(
    layout: &Layout,
    columns: Vec<Field>,
    location: &str,
    template: &str,
    partitions: &[(&str, &str)],
    warnings: &[&str],
) {
    let described = described(layout, columns).unwrap();
    let table = described.table;
    assert_eq!((table.location.as_str(), table.location_template.as_str()), (location, template));
    let found: Vec<_> = table.partitions.iter().map(|it| (it.name.as_str(), shown(&it.projection))).collect();
    let expected: Vec<_> = partitions.iter().map(|(name, shown)| (*name, (*shown).to_owned())).collect();
    assert_eq!(found, expected);
    let found: Vec<_> = described.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(found, warnings);
}

#[track_caller]
fn refuse(layout: &Layout, expected: &CatalogError) {
    assert_eq!(described(layout, vec![id()]).unwrap_err(), *expected);
}

fn template(text: &str) -> KeyTemplate {
    text.parse().unwrap()
}

const YEAR: (&str, &str) = ("year", "date | yyyy | 2025,NOW+1DAY | 1 | YEARS");
const MONTH: (&str, &str) = ("month", "integer | 1,12 | 2");
const DAY: (&str, &str) = ("day", "integer | 1,31 | 2");
const HOUR: (&str, &str) = ("hour", "integer | 0,23 | 2");
const SINCE: &str = "records from before 2025 are not seen";
const SHARED: &str = "the directories don't hold the name of the topic: the table shows the records of every topic \
                      that is written below them; put {topic} into a directory of object.key.template, or filter \
                      by \"$path\"";
const PARTITIONS: &str = "partition goes from 0 to 5: records of partitions beyond are not seen";

fn injected(partition: &str) -> String {
    format!(
        "each query has to say which {partition} it wants ({partition} = '…', or IN and a list): Athena can't work \
         out which there are"
    )
}

#[test]
fn the_layout_of_connect_has_a_directory_for_each_unit_of_time() {
    check(
        &Layout::default(),
        "s3://data-lake/topics/orders/",
        "s3://data-lake/topics/orders/year=${year}/month=${month}/day=${day}/hour=${hour}/",
        &[YEAR, MONTH, DAY, HOUR],
        &[SINCE],
    );
}

#[test]
fn a_layout_without_the_topic_is_the_layout_of_all_topics() {
    check(
        &Layout {
            topic: "s3.sink",
            template: template("{path}/{topic}+{partition}+{offset}.parquet"),
            ..Layout::default()
        },
        "s3://data-lake/",
        "s3://data-lake/year=${year}/month=${month}/day=${day}/hour=${hour}/",
        &[YEAR, MONTH, DAY, HOUR],
        &[SINCE, SHARED],
    );
}

#[test]
fn partitions_of_kafka_are_numbers_from_0_on() {
    for partitioners in [vec![Partitioner::Default], Vec::new()] {
        check(
            &Layout { partitioners, ..Layout::default() },
            "s3://data-lake/topics/orders/",
            "s3://data-lake/topics/orders/partition=${partition}/",
            &[("partition", "integer | 0,5")],
            &[PARTITIONS],
        );
    }
}

#[test]
fn fields_are_what_queries_say() {
    check(
        &Layout { partitioners: vec![fields("country,user.Address.city"), hourly()], ..Layout::default() },
        "s3://data-lake/topics/orders/",
        "s3://data-lake/topics/orders/country=${country}/user.Address.city=${user_address_city}/year=${year}/\
         month=${month}/day=${day}/hour=${hour}/",
        &[("country", "injected"), ("user_address_city", "injected"), YEAR, MONTH, DAY, HOUR],
        &[&injected("country"), &injected("user_address_city"), SINCE],
    );
}

#[test]
fn a_partition_column_gives_way_to_a_column_of_the_records() {
    let columns = ["Country", "path_country", "partition"].map(|name| Field::new(name, DataType::Utf8, true));
    check_with(
        &Layout { partitioners: vec![fields("country"), Partitioner::Default], ..Layout::default() },
        columns.to_vec(),
        "s3://data-lake/topics/orders/",
        "s3://data-lake/topics/orders/country=${path_country_2}/partition=${path_partition}/",
        &[("path_country_2", "injected"), ("path_partition", "integer | 0,5")],
        &[
            "the partition column for country is called path_country_2: the records have a column country",
            "the partition column for partition is called path_partition: the records have a column partition",
            &injected("path_country_2"),
            "path_partition goes from 0 to 5: records of partitions beyond are not seen",
        ],
    );
}

#[test]
fn a_delimiter_other_than_a_slash_makes_one_directory_of_a_path() {
    check(
        &Layout {
            delimiter: "|".parse().unwrap(),
            partitioners: vec![fields("a,_b"), Partitioner::Default],
            ..Layout::default()
        },
        "s3://data-lake/topics/orders/",
        "s3://data-lake/topics/orders/a=${a}|_b=${b}|partition=${partition}/",
        &[("a", "injected"), ("b", "injected"), ("partition", "integer | 0,5")],
        &[&injected("a"), &injected("b"), PARTITIONS],
    );
}

#[test]
fn a_partition_of_kafka_may_stand_in_a_directory_of_the_template() {
    check(
        &Layout {
            template: template("{cluster}/{topic}/p{partition}/{topic}+{partition}+{offset}"),
            cluster: Some("a/b"),
            ..Layout::default()
        },
        "s3://data-lake/a%2Fb/orders/",
        "s3://data-lake/a%2Fb/orders/p${partition}/",
        &[("partition", "integer | 0,5")],
        &[PARTITIONS],
    );
}

#[test]
fn a_name_may_stand_before_the_path() {
    check(
        &Layout {
            template: template("{topics.dir}/{topic}/dt={path}/{topic}+{partition}+{offset}"),
            partitioners: vec![super::time_based("YYYY-MM-dd", 86_400_000)],
            directory: "",
            ..Layout::default()
        },
        "s3://data-lake/orders/",
        "s3://data-lake/orders/dt=${dt}/",
        &[("dt", "date | yyyy-MM-dd | 2025-01-01,NOW+1DAY | 1 | DAYS")],
        &[SINCE],
    );
}

#[test]
fn what_has_no_path_has_no_partitions() {
    check(
        &Layout { template: template("raw/{topic}/{topic}+{partition}+{offset}"), ..Layout::default() },
        "s3://data-lake/raw/orders/",
        "s3://data-lake/raw/orders/",
        &[],
        &[],
    );
    check(
        &Layout { template: template("{topic}+{partition}+{offset}"), ..Layout::default() },
        "s3://data-lake/",
        "s3://data-lake/",
        &[],
        &[SHARED],
    );
}

#[test]
fn directories_that_are_none_of_partitions_are_refused() {
    let delimiter = "_".parse().unwrap();
    let underscores = KeyTemplate::with_delimiters(&delimiter, &"#".parse().unwrap()).unwrap();
    refuse(&Layout { template: underscores, ..Layout::default() }, &CatalogError::PathInFileName);
    refuse(
        &Layout { template: template("{topic}/{offset}/{topic}+{partition}+{offset}"), ..Layout::default() },
        &CatalogError::OffsetInDirectory,
    );
    refuse(
        &Layout { template: template("{cluster}/{topic}+{partition}+{offset}"), ..Layout::default() },
        &CatalogError::NoCluster,
    );
    refuse(
        &Layout { topic: "", ..Layout::default() },
        &CatalogError::Name { what: "table", name: String::new() },
    );
}

#[test]
fn errors_say_what_is_expected() {
    assert_eq!(
        CatalogError::OffsetInDirectory.to_string(),
        "object.key.template has {offset} in a directory, which gives each object a directory of its own that \
         Athena can't work out: expected {offset} in the name of the file only"
    );
    assert_eq!(
        CatalogError::Name { what: "database", name: "Lake".to_owned() }.to_string(),
        "`Lake` is no name of a database: expected 1 to 255 lower-case letters, digits and underscores"
    );
}
