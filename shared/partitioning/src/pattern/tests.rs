use super::PathFormat;
use crate::{Locale, parse_time_zone};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use naming::{Delimiter, Path};
use proptest::prelude::*;

fn parse(pattern: &str) -> Result<PathFormat, super::PathFormatError> {
    PathFormat::parse(pattern, Locale::ENGLISH, &Delimiter::directory())
}

fn path(format: &PathFormat, local: DateTime, zone: &TimeZone) -> Option<String> {
    let mut text = String::new();
    format.write(&mut text, local, zone).map(|()| text)
}

#[track_caller]
fn check_in(zone: &str, pattern: &str, local: &str, expected: &str) {
    let local: DateTime = local.parse().unwrap();
    let path = path(&parse(pattern).unwrap(), local, &parse_time_zone(zone).unwrap());
    assert_eq!(path.as_deref(), Some(expected), "{pattern:?}");
}

#[track_caller]
fn check(pattern: &str, local: &str, expected: &str) {
    check_in("UTC", pattern, local, expected);
}

#[track_caller]
fn check_error(pattern: &str, expected: &str) {
    assert_eq!(parse(pattern).unwrap_err().to_string(), expected, "{pattern:?}");
}

#[test]
fn the_patterns_of_connect_make_its_paths() {
    let local = "2014-02-01T03:04:05.678";
    check("'year'=YYYY/'month'=MM/'day'=dd", local, "year=2014/month=02/day=01");
    check("'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH", local, "year=2014/month=02/day=01/hour=03");
    check("'year'=YYYY/'month'=M/'day'=d/'hour'=H/", local, "year=2014/month=2/day=1/hour=3");
    check("'dt'=yyyy-MM-dd/'minute'=mm", local, "dt=2014-02-01/minute=04");
    check("YYYY/MM/dd/HH", local, "2014/02/01/03");
    check("'ts'=YYYYMMdd'T'HHmmssSSS", local, "ts=20140201T030405678");
}

#[test]
fn the_year_of_the_era_is_the_calendar_year_and_the_weekyear_is_not() {
    check("YYYY-MM-dd xxxx-'W'ww-e", "2024-12-30T00:00", "2024-12-30 2025-W01-1");
    check("YYYY-MM-dd xxxx-'W'ww-e", "2021-01-03T00:00", "2021-01-03 2020-W53-7");
    check("xx w", "2024-12-30T00:00", "25 1");
}

#[test]
fn two_letters_of_a_year_are_the_year_of_the_century() {
    check("YY yy xx", "2005-06-15T00:00", "05 05 05");
    check("Y YYY YYYYY", "2005-06-15T00:00", "2005 2005 02005");
    check("Y YYYY YYYYY", "0033-06-15T00:00", "33 0033 00033");
}

#[test]
fn years_before_christ_are_of_their_own_era() {
    check("G Y y yyyy YY C", "-000043-03-15T00:00", "BC 44 -43 -0043 43 0");
    check("G YYYY yyyy", "0000-01-01T00:00", "BC 0001 0000");
    check("G YYYY yyyy", "0001-01-01T00:00", "AD 0001 0001");
}

#[test]
fn every_letter_of_joda_is_known() {
    let local = "2014-02-09T15:04:05.678";
    check("G C CCC", local, "AD 20 020");
    check("D DDD", local, "40 040");
    check("M MM MMM MMMM", local, "2 02 Feb February");
    check("d dd ddd", local, "9 09 009");
    check("e E EEE EEEE EEEEE", local, "7 Sun Sun Sunday Sunday");
    check("a aaaa", local, "PM PM");
    check("h hh H K KK k", local, "3 03 15 3 03 15");
    check("m mm s ss", local, "4 04 5 05");
    check("S SS SSS SSSSSS SSSSSSSSSSSS", local, "6 67 678 678000 678000000000");
}

#[test]
fn midnight_and_noon_differ_by_letter() {
    check("H k h K a", "2024-01-01T00:00", "0 24 12 0 AM");
    check("H k h K a", "2024-01-01T12:00", "12 12 12 0 PM");
    check("H k h K a", "2024-01-01T23:00", "23 23 11 11 PM");
}

#[test]
fn months_and_weekdays_have_english_names() {
    let months = [
        "Jan January",
        "Feb February",
        "Mar March",
        "Apr April",
        "May May",
        "Jun June",
        "Jul July",
        "Aug August",
        "Sep September",
        "Oct October",
        "Nov November",
        "Dec December",
    ];
    for (month, expected) in (1..).zip(months) {
        check("MMM MMMM", &format!("2024-{month:02}-01T00:00"), expected);
    }
    let days = [
        "Mon Monday",
        "Tue Tuesday",
        "Wed Wednesday",
        "Thu Thursday",
        "Fri Friday",
        "Sat Saturday",
        "Sun Sunday",
    ];
    for (day, expected) in (1..).zip(days) {
        check("E EEEE", &format!("2024-01-{day:02}T00:00"), expected);
    }
}

#[test]
fn a_zone_is_written_as_offset_abbreviation_or_name() {
    let summer = "2024-07-01T00:00";
    check_in("America/Los_Angeles", "Z ZZ ZZZ z zzz", summer, "-0700 -07:00 America/Los_Angeles PDT PDT");
    check_in("America/Los_Angeles", "Z z", "2024-01-01T00:00", "-0800 PST");
    check_in("Asia/Seoul", "Z ZZ ZZZZ z", summer, "+0900 +09:00 Asia/Seoul KST");
    check_in("UTC", "Z ZZ ZZZ z", summer, "+0000 +00:00 UTC UTC");
    check_in("-03:30", "Z ZZ ZZZ z", summer, "-0330 -03:30 -03:30 -03:30");
    // The offset before 1891 has seconds; Joda leaves them out too.
    check_in("Europe/Paris", "Z", "1880-01-01T00:00", "+0009");
}

#[test]
fn the_first_of_two_equal_local_times_gives_the_offset() {
    check_in("America/New_York", "HH Z", "2024-11-03T01:00", "01 -0400");
    check_in("America/New_York", "HH Z", "2024-11-03T02:00", "02 -0500");
}

#[test]
fn text_is_quoted_or_no_letter() {
    check("'a''b'", "2024-01-01T00:00", "a'b");
    check("''YY''", "2024-01-01T00:00", "'24'");
    check("'o''clock'=HH", "2024-01-01T07:00", "o'clock=07");
    check("YYYY년=MM월", "2024-01-01T00:00", "2024년=01월");
    check("''", "2024-01-01T00:00", "'");
    check("'static'", "2024-01-01T00:00", "static");
    check("YYYY|MM%_#", "2024-01-01T00:00", "2024|01%_#");
    check("'a/b'/YYYY", "2024-01-01T00:00", "a/b/2024");
}

#[test]
fn one_delimiter_at_the_end_is_left_out() {
    check("'year='YYYY/", "2024-01-01T00:00", "year=2024");
    let underscored = PathFormat::parse("'y'=YYYY_'m'=MM_", Locale::ENGLISH, &"_".parse().unwrap()).unwrap();
    let local = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
    assert_eq!(path(&underscored, local, &TimeZone::UTC).unwrap(), "y=2024_m=01");
}

#[test]
fn a_pattern_without_content_is_refused() {
    for pattern in ["", " ", "/", " /"] {
        check_error(pattern, "expected a pattern such as `'year'=YYYY/'month'=MM/'day'=dd`");
    }
}

#[test]
fn a_letter_that_means_nothing_is_named_with_its_place() {
    check_error(
        "year='YYYY'/month='MM'",
        "expected a letter of Joda-Time's patterns at character 4, or `r` in single quotes",
    );
    check_error(
        "'ä'=YYYY/b",
        "expected a letter of Joda-Time's patterns at character 10, or `b` in single quotes",
    );
    for letter in "ABFIJLNOPQRTUVWXbcfgijlnopqrtuv".chars() {
        check_error(
            &letter.to_string(),
            &format!(
                "expected a letter of Joda-Time's patterns at character 1, or `{letter}` in single quotes"
            ),
        );
    }
}

#[test]
fn an_open_quote_is_found() {
    check_error("'year=YYYY", "expected a second single quote for the one at character 1");
    check_error("'year'=YYYY/'month=MM", "expected a second single quote for the one at character 13");
    check_error("'''", "expected a second single quote for the one at character 3");
}

#[test]
fn the_name_of_a_zone_in_words_is_refused() {
    check_error(
        "YYYY/zzzz",
        "expected `z` (abbreviation), `Z` (offset) or `ZZZ` (name) for the time zone at character 6: its name in \
         words (`zzzz`) is not supported",
    );
}

#[test]
fn a_pattern_that_makes_unsafe_paths_is_refused() {
    for pattern in ["/YYYY", "YYYY//MM", "YYYY//", "./YYYY", "YYYY/../MM", "YYYY/.", "YYYY'/'", "'.'"] {
        check_error(
            pattern,
            "expected no `/` at its start or end and no directory that is empty, `.` or `..`",
        );
    }
    check_error("YYYY\n", "expected no control characters");
}

#[test]
fn words_are_english_only() {
    let korean: Locale = "ko_KR".parse().unwrap();
    for (pattern, letters) in [("YYYY/MMM", "MMM"), ("EEEE", "EEEE"), ("hh a", "a"), ("G", "G"), ("HHz", "z")]
    {
        assert_eq!(
            PathFormat::parse(pattern, korean, &Delimiter::directory()).unwrap_err().to_string(),
            format!(
                "expected an English locale for `{letters}`, which stands for words; numbers are fine in any locale"
            )
        );
        assert!(parse(pattern).is_ok());
    }
    let numeric = "CYYYYyyyyxxxxwweDDDMMddhhHHkkKKmmssSSSZ'MMM'";
    assert!(PathFormat::parse(numeric, korean, &Delimiter::directory()).is_ok());
}

#[test]
fn the_presets_are_the_patterns_of_connect() {
    let slash = Delimiter::directory();
    assert_eq!(PathFormat::daily(&slash), parse("'year='YYYY'/month='MM'/day='dd").unwrap());
    assert_eq!(PathFormat::hourly(&slash), parse("'year='YYYY'/month='MM'/day='dd'/hour='HH").unwrap());
    let local = DateTime::constant(2024, 1, 2, 3, 4, 5, 0);
    let letters = PathFormat::hourly(&"dd".parse().unwrap());
    assert_eq!(path(&letters, local, &TimeZone::UTC).unwrap(), "year=2024ddmonth=01ddday=02ddhour=03");
}

proptest! {
    #[test]
    fn a_pattern_that_is_accepted_makes_a_path_of_any_date(
        pattern in "([GCYyxweEDMdahHkKmsSzZ]{1,5}|'[a./]{0,2}'|[./=]){1,6}",
        seconds in -377_705_023_201..253_402_207_200_i64,
        zone in prop_oneof![Just("Asia/Seoul"), Just("America/St_Johns"), Just("+05:30"), Just("UTC")],
    ) {
        if let Ok(format) = parse(&pattern) {
            let local = TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(seconds).unwrap());
            // Far from the ends of time a zone has an instant for each local time.
            if (-9998..9998).contains(&local.year()) {
                let path = path(&format, local, &parse_time_zone(zone).unwrap()).unwrap();
                prop_assert!(Path::try_from(path.clone()).is_ok(), "{pattern:?} {local} {path:?}");
            }
        }
    }
}
