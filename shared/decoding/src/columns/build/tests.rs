use super::*;
use crate::columns::build::shown;
use arrow_buffer::i256;
use arrow_schema::{DataType, Field, TimeUnit};
use proptest::prelude::*;
use std::borrow::Cow;

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

/// Columns of every shape that can be left half-appended.
fn nested() -> SchemaRef {
    let union = Field::new(
        "union",
        DataType::Struct(
            vec![Field::new("a", DataType::Int32, true), Field::new("b", DataType::Utf8, true)].into(),
        ),
        true,
    );
    let inner = DataType::Struct(
        vec![
            Field::new("n", DataType::Int32, false),
            Field::new("l", fields::list(Field::new("", DataType::Utf8, false)), false),
        ]
        .into(),
    );
    Arc::new(Schema::new(vec![
        Field::new("text", DataType::Utf8, false),
        Field::new("struct", inner.clone(), true),
        Field::new("list", fields::list(Field::new("", inner, false)), false),
        Field::new("map", fields::map(Field::new("", DataType::Boolean, true)), true),
        union.with_metadata(fields::logical(crate::columns::meta::LOGICAL_UNION)),
        Field::new("fixed", DataType::FixedSizeBinary(2), true),
        Field::new("last", DataType::Int32, false),
    ]))
}

fn inner(number: i64, texts: &[&'static str]) -> Cell<'static> {
    Cell::Struct(vec![
        Cell::Integer(number),
        Cell::List(texts.iter().map(|it| Cell::Text(Cow::Borrowed(*it))).collect()),
    ])
}

fn good(number: i64) -> Vec<Cell<'static>> {
    vec![
        text("t"),
        inner(number, &["x", "y"]),
        Cell::List(vec![inner(1, &[]), inner(2, &["z"])]),
        Cell::Map(vec![(Cow::Borrowed("k"), Cell::Boolean(true)), (Cow::Borrowed("l"), Cell::Null)]),
        Cell::Branch(1, Box::new(text("b"))),
        Cell::Bytes(Cow::Borrowed(b"ab")),
        Cell::Integer(number),
    ]
}

#[test]
fn a_row_that_fails_in_any_column_leaves_nothing_behind() {
    let bad: [(usize, Cell<'static>, &str); 10] = [
        (0, Cell::Null, "field `text` is null, which its schema doesn't allow"),
        (0, Cell::Integer(1), "field `text` is of another type than its column"),
        (1, inner(i64::MAX, &[]), "field `struct.n` is a number beyond 32 bits"),
        (
            1,
            Cell::Struct(vec![Cell::Integer(1), Cell::List(vec![text("x"), Cell::Null])]),
            "field `struct.l[1]` is null, which its schema doesn't allow",
        ),
        (
            2,
            Cell::List(vec![inner(1, &["x"]), Cell::Struct(vec![Cell::Null, Cell::List(vec![])])]),
            "field `list[1].n` is null, which its schema doesn't allow",
        ),
        (
            3,
            Cell::Map(vec![(Cow::Borrowed("secret"), Cell::Boolean(true)), (Cow::Borrowed("k"), text("x"))]),
            "field `map{}` is of another type than its column",
        ),
        (4, Cell::Branch(0, Box::new(text("x"))), "field `union.a` is of another type than its column"),
        (4, Cell::Branch(2, Box::new(text("x"))), "field `union` is of another type than its column"),
        (5, Cell::Bytes(Cow::Borrowed(b"abc")), "field `fixed` is of another type than its column"),
        (6, Cell::Null, "field `last` is null, which its schema doesn't allow"),
    ];
    let mut rows = Rows::new(&nested());
    let mut nulls = good(0);
    nulls[1] = Cell::Null;
    nulls[3] = Cell::Null;
    nulls[4] = Cell::Null;
    nulls[5] = Cell::Null;
    rows.push(nulls).expect("nulls are allowed there");
    for (number, (column, cell, expected)) in (1..).zip(bad) {
        let mut row = good(9);
        row[column] = cell;
        assert_eq!(rows.push(row).expect_err("it doesn't fit").to_string(), expected);
        rows.push(good(number)).expect("it fits");
    }
    let batch = rows.finish();
    assert_eq!(batch.num_rows(), 11);
    assert_eq!(
        shown::row(&batch, 0),
        "{text: t, struct: null, list: [{n: 1, l: []}, {n: 2, l: [z]}], map: null, union: null, fixed: null, last: 0}"
    );
    for number in 1..11 {
        assert_eq!(
            shown::row(&batch, number),
            format!(
                "{{text: t, struct: {{n: {number}, l: [x, y]}}, list: [{{n: 1, l: []}}, {{n: 2, l: [z]}}], \
                 map: {{k: true, l: null}}, union: {{a: null, b: b}}, fixed: 6162, last: {number}}}"
            )
        );
    }
}

#[track_caller]
fn check_text(text: &str, scale: i8, expected: Option<&str>) {
    let expected = expected.map(|it| i256::from_string(it).expect("a number"));
    assert_eq!(decimal::from_text(text, scale), expected, "{text} at {scale}");
}

#[test]
fn decimals_are_read_exactly_or_not_at_all() {
    check_text("12.50", 2, Some("1250"));
    check_text("-12.5", 2, Some("-1250"));
    check_text("1e3", 0, Some("1000"));
    check_text("1.5E+2", 0, Some("150"));
    check_text("125e-2", 2, Some("125"));
    check_text("0.001", 2, None);
    check_text("0.0010", 3, Some("1"));
    check_text("-0", 3, Some("0"));
    check_text("0e999999999999999999999", 3, Some("0"));
    check_text("1e999999999999999999999", 3, None);
    check_text("1e-999999999999999999999", 3, None);
    let widest = "9".repeat(76);
    check_text(&widest, 0, Some(&widest));
    check_text(&format!("-{widest}"), 0, Some(&format!("-{widest}")));
    check_text(&"9".repeat(78), 0, None);
    for nonsense in ["", "-", ".", "1e", "1e+", "0x1", "1_0", "NaN", "1.2.3", "½", "e5", "--1"] {
        check_text(nonsense, 2, None);
    }
}

#[test]
fn whole_numbers_may_be_written_with_a_point_or_an_exponent() {
    let cases = [
        ("1.0", Some(1)),
        ("1e3", Some(1000)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775807.0", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("1.5", None),
    ];
    for (text, expected) in cases {
        assert_eq!(decimal::whole(text), expected, "{text}");
    }
}

#[test]
fn twos_complement_may_have_needless_signs_and_no_more_than_256_bits() {
    let cases: [(&[u8], Option<i128>); 8] = [
        (&[], Some(0)),
        (&[0x80], Some(-128)),
        (&[0, 0x80], Some(128)),
        (&[0xff; 32], Some(-1)),
        (&[0xff; 40], Some(-1)),
        (&[0; 40], Some(0)),
        (&[1; 33], None),
        (&[&[0u8][..], &[0x80; 32][..]].concat(), None),
    ];
    for (bytes, expected) in cases {
        assert_eq!(decimal::from_bytes(bytes), expected.map(i256::from_i128), "{bytes:?}");
    }
}

#[test]
fn precision_is_a_bound_on_digits() {
    let number = |text: &str| i256::from_string(text).expect("a number");
    let cases =
        [("999", 3, true), ("-1000", 3, false), (&"9".repeat(38), 38, true), (&"9".repeat(39), 38, false)];
    for (text, precision, expected) in cases {
        assert_eq!(decimal::fits(number(text), precision), expected, "{text}");
    }
    assert!(decimal::fits(number(&"9".repeat(76)), 76));
    assert!(!decimal::fits(i256::MIN, 76));
    assert_eq!(decimal::rescale(number("1500"), 3, 1), Some(number("15")));
    assert_eq!(decimal::rescale(number("15"), -2, 0), Some(number("1500")));
    assert_eq!(decimal::rescale(number("15"), 1, 0), None);
    assert_eq!(decimal::rescale(number("15"), i32::MIN, 0), None);
    assert_eq!(decimal::rescale(number("0"), i32::MAX, 0), Some(number("0")));
}

#[test]
fn texts_of_iso_8601_are_times() {
    let micros = |nanos: Option<i128>| nanos.and_then(|nanos| time::in_unit(nanos, TimeUnit::Microsecond));
    let instants = [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("2018-06-20T13:37:03.250+02:00", Some(1_529_494_623_250_000)),
        ("1969-12-31T23:59:59.9999999Z", Some(-1)),
        ("0001-01-01T00:00:00Z", Some(-62_135_596_800_000_000)),
        ("9999-12-31T23:59:59.999999Z", Some(253_402_300_799_999_999)),
        ("2018-06-20T13:37:03", None),
        ("2018-06-20", None),
        ("2018-02-30T00:00:00Z", None),
        ("", None),
    ];
    for (text, expected) in instants {
        assert_eq!(micros(time::instant(text)), expected, "{text}");
    }
    assert_eq!(micros(time::local("1970-01-01T00:00:01")), Some(1_000_000));
    assert_eq!(micros(time::local("1970-01-01T00:00:01Z")), Some(1_000_000));
    assert_eq!(time::local("1970-01-01T00:00:01+01:00"), None);
    let dates =
        [("1969-12-31", Some(-1)), ("2018-06-20", Some(17_702)), ("20180620", None), ("2018-06-20T00", None)];
    for (text, expected) in dates {
        assert_eq!(time::date(text), expected, "{text}");
    }
    let times = [
        ("00:00:00", Some(0)),
        ("23:59:59.999999999", Some(86_399_999_999_999)),
        ("01:00:00+02:00", Some(82_800_000_000_000)),
        ("24:00:00", None),
        ("-01:00:00", None),
        ("2018-06-20T13:37:03", None),
    ];
    for (text, expected) in times {
        assert_eq!(time::time_of_day(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn decimals_of_any_text_never_panic(text in "[-+]?[0-9.]{0,90}([eE][-+]?[0-9]{0,25})?", scale in -5i8..80) {
        decimal::from_text(&text, scale);
    }

    #[test]
    fn a_decimal_read_from_its_digits_is_what_it_was(unscaled: i128, scale in 0usize..30) {
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if unscaled < 0 { "-" } else { "" };
        let text = if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
        let scale = i8::try_from(scale).expect("it is small");
        prop_assert_eq!(decimal::from_text(&text, scale), Some(i256::from_i128(unscaled)));
        prop_assert_eq!(decimal::from_bytes(&unscaled.to_be_bytes()), Some(i256::from_i128(unscaled)));
    }
}
