use super::{Layout, described, id, shown, time_based};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Describes a topic's table by `path.format`: the template behind the topic, and the columns.
#[track_caller]
fn check(pattern: &str, duration_ms: u64, template: &str, partitions: &[(&str, &str)]) {
    let layout = Layout { partitioners: vec![time_based(pattern, duration_ms)], ..Layout::default() };
    let table = described(&layout, vec![id()]).unwrap().table;
    assert_eq!(table.location_template, format!("s3://data-lake/topics/orders/{template}/"));
    let found: Vec<_> = table.partitions.iter().map(|it| (it.name.as_str(), shown(&it.projection))).collect();
    let expected: Vec<_> = partitions.iter().map(|(name, shown)| (*name, (*shown).to_owned())).collect();
    assert_eq!(found, expected, "{pattern}");
}

const YEAR: (&str, &str) = ("year", "date | yyyy | 2025,NOW+1DAY | 1 | YEARS");

#[test]
fn a_directory_of_one_field_is_called_by_its_name_or_by_its_unit() {
    check(
        "'year'=YYYY/'month'=MM/'day'=dd",
        DAY_MS,
        "year=${year}/month=${month}/day=${day}",
        &[YEAR, ("month", "integer | 1,12 | 2"), ("day", "integer | 1,31 | 2")],
    );
    check(
        "YYYY/M/d/HH",
        HOUR_MS,
        "${year}/${month}/${day}/${hour}",
        &[YEAR, ("month", "integer | 1,12"), ("day", "integer | 1,31"), ("hour", "integer | 0,23 | 2")],
    );
    check(
        "'Y'YYYY/'d'DDD",
        DAY_MS,
        "Y${year}/d${day_of_year}",
        &[YEAR, ("day_of_year", "integer | 1,366 | 3")],
    );
}

#[test]
fn a_directory_that_holds_a_date_is_one_column() {
    check(
        "'dt'=YYYY-MM-dd",
        DAY_MS,
        "dt=${dt}",
        &[("dt", "date | yyyy-MM-dd | 2025-01-01,NOW+1DAY | 1 | DAYS")],
    );
    check("yyyyMMdd", DAY_MS, "${dt}", &[("dt", "date | yyyyMMdd | 20250101,NOW+1DAY | 1 | DAYS")]);
    check("'m'=yy.MM", DAY_MS, "m=${m}", &[("m", "date | yy.MM | 25.01,NOW+1DAY | 1 | MONTHS")]);
    check("YYYY-DDD", DAY_MS, "${dt}", &[("dt", "date | yyyy-DDD | 2025-001,NOW+1DAY | 1 | DAYS")]);
    check(
        "'day'=dd.MM.YYYY/'hour'=HH",
        HOUR_MS,
        "day=${day}/hour=${hour}",
        &[("day", "date | dd.MM.yyyy | 01.01.2025,NOW+1DAY | 1 | DAYS"), ("hour", "integer | 0,23 | 2")],
    );
    check(
        "'ts'=YYYY-MM-dd'T'HH",
        HOUR_MS,
        "ts=${ts}",
        &[("ts", "date | yyyy-MM-dd'T'HH | 2025-01-01T00,NOW+1DAY | 1 | HOURS")],
    );
}

#[test]
fn buckets_of_several_units_are_as_far_apart() {
    let ten_minutes_ms = 10 * MINUTE_MS;
    check(
        "YYYYMMdd/HH/mm",
        ten_minutes_ms,
        "${dt}/${hour}/${minute}",
        &[
            ("dt", "date | yyyyMMdd | 20250101,NOW+1DAY | 1 | DAYS"),
            ("hour", "integer | 0,23 | 2"),
            ("minute", "integer | 0,59 | 10 | 2"),
        ],
    );
    check(
        "YYYYMMddHHmm",
        ten_minutes_ms,
        "${dt}",
        &[("dt", "date | yyyyMMddHHmm | 202501010000,NOW+1DAY | 10 | MINUTES")],
    );
    check(
        "YYYYMMdd/HH",
        6 * HOUR_MS,
        "${dt}/${hour}",
        &[("dt", "date | yyyyMMdd | 20250101,NOW+1DAY | 1 | DAYS"), ("hour", "integer | 0,23 | 6 | 2")],
    );
    // Buckets of a day start at midnight, those of seven minutes or five hours anywhere.
    check("HH", DAY_MS, "${hour}", &[("hour", "integer | 0,0 | 2")]);
    check("mm", 7 * MINUTE_MS, "${minute}", &[("minute", "integer | 0,59 | 2")]);
    check(
        "YYYYMMddHH",
        5 * HOUR_MS,
        "${dt}",
        &[("dt", "date | yyyyMMddHH | 2025010100,NOW+1DAY | 1 | HOURS")],
    );
    check(
        "YYYYMMddHH",
        7 * DAY_MS,
        "${dt}",
        &[("dt", "date | yyyyMMddHH | 2025010100,NOW+1DAY | 24 | HOURS")],
    );
}

#[test]
fn what_is_no_date_in_numbers_is_a_column_per_field() {
    check(
        "'week'=xxxx-'W'ww",
        DAY_MS,
        "week=${week}-W${path_week}",
        &[("week", "date | yyyy | 2024,NOW+7DAYS | 1 | YEARS"), ("path_week", "integer | 1,53 | 2")],
    );
    check(
        "'year'=YYYY'_month='MM",
        DAY_MS,
        "year=${year}_month=${month}",
        &[YEAR, ("month", "integer | 1,12 | 2")],
    );
    check(
        "YYYY/MMM/EEEE/hh a",
        HOUR_MS,
        "${year}/${month}/${day_of_week}/${hour} ${half_of_day}",
        &[
            YEAR,
            ("month", "enum | Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec"),
            ("day_of_week", "enum | Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"),
            ("hour", "integer | 1,12 | 2"),
            ("half_of_day", "enum | AM,PM"),
        ],
    );
    check("CC/ZZ", DAY_MS, "${century}/${zone}", &[("century", "integer | 20,21 | 2"), ("zone", "injected")]);
}

#[test]
fn two_directories_may_hold_one_field() {
    check(
        "YYYY/'m'=YYYY-MM",
        DAY_MS,
        "${year}/m=${m}",
        &[YEAR, ("m", "date | yyyy-MM | 2025-01,NOW+1DAY | 1 | MONTHS")],
    );
}
