//! `path.format`: the letters of Joda-Time.

use crate::{at, check};

/// A Thursday morning whose every part is another number: week 14, day 92.
const TIME: &str = "2015-04-02T08:07:06.045Z";

#[track_caller]
fn check_format(format: &str, path: &str) {
    check_format_at(format, "UTC", "en", TIME, path);
}

#[track_caller]
fn check_format_at(format: &str, time_zone: &str, locale: &str, time: &str, path: &str) {
    let vars = [
        ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
        ("PARTITION_DURATION_MS", "1"),
        ("PATH_FORMAT", format),
        ("TIMEZONE", time_zone),
        ("LOCALE", locale),
    ];
    check(&vars, &[at(0, time)], &[&format!("topics/test-topic/{path}/test-topic+12+0000000000.json")]);
}

#[test]
fn as_many_letters_are_as_many_digits_at_least() {
    check_format("YYYY/M/d/H", "2015/4/2/8");
    check_format("YYYYY-MM-dd", "02015-04-02");
    check_format("YY/yy", "15/15");
    check_format("yyyy/DDD/ww/e", "2015/092/14/4");
    check_format("HH'h'mm'm'ss's'SSS", "08h07m06s045");
    check_format("CC", "20");
}

#[test]
fn words_are_english() {
    check_format("MMM", "Apr");
    check_format("MMMM", "April");
    check_format("EEE, EEEE", "Thu, Thursday");
    check_format("hh a", "08 AM");
    check_format("G", "AD");
    check_format_at("'month'=MMMM", "UTC", "en_GB", TIME, "month=April");
}

#[test]
fn numbers_are_the_same_in_every_locale() {
    for locale in ["en_US", "en", "ko", "fr_FR", "zh-Hans-CN"] {
        check_format_at("YYYY-MM-dd", "UTC", locale, TIME, "2015-04-02");
    }
}

#[test]
fn the_zone_is_a_name_or_an_offset() {
    check_format_at("HH z", "Asia/Seoul", "en", TIME, "17 KST");
    check_format_at("Z", "America/Los_Angeles", "en", TIME, "-0700");
    check_format_at("ZZ", "+05:30", "en", TIME, "+05:30");
}

#[test]
fn text_stands_in_quotes_and_a_quote_is_two() {
    check_format("'year'=YYYY", "year=2015");
    check_format("'y=M'M", "y=M4");
    check_format("'o''clock'=H", "o'clock=8");
    check_format("YYYY''MM", "2015'04");
    check_format("'dt'=YYYY-MM-dd_HH:mm", "dt=2015-04-02_08:07");
}

#[test]
fn quotes_around_the_letters_instead_of_the_words_are_refused() {
    let vars = [
        ("PARTITIONER_CLASS", "TimeBasedPartitioner"),
        ("PARTITION_DURATION_MS", "3600000"),
        ("PATH_FORMAT", "year='YYYY'/month='MM'"),
        ("S3_BUCKET_NAME", "lake"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
    ];
    let lookup = |name: &str| vars.iter().find(|(it, _)| *it == name).map(|(_, value)| value.into());
    let error = pipeline::settings::Settings::<pipeline::settings::JsonSettings>::from_vars(lookup)
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "1 setting is wrong\n  PATH_FORMAT=\"year='YYYY'/month='MM'\": expected a letter of Joda-Time's patterns \
         at character 4, or `r` in single quotes"
    );
}
