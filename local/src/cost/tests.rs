use super::*;
use crate::lambda::MAX_PAYLOAD_BYTES;
use proptest::prelude::*;
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};

/// The workload of the table that the model is held against: values of 1 KB, full batches, one object each,
/// 150 ms at 512 MB.
fn draft() -> Draft {
    Draft {
        records_per_second: 20_000.0,
        record_bytes: 1000.0,
        key_bytes: 16.0,
        partitions: 4,
        pollers: None,
        batch_size: 10_000,
        window_seconds: 300.0,
        paths: 1,
        flush_size: None,
        format: Format::JsonLines,
        compression_ratio: None,
        function: Function {
            memory_megabytes: 512,
            cpu_milliseconds_per_megabyte: Some(0.0),
            put_milliseconds: Some(150.0),
            put_concurrency: 64,
        },
        network: Network::Endpoints,
        zones: 3,
        poller_group_size: 1,
        redelivered_per_mille: 0.0,
        months_kept: 0.0,
    }
}

fn prices() -> Prices {
    PriceList::built_in().in_region("us-east-1").unwrap()
}

fn workload(draft: Draft) -> Workload {
    Workload::new(draft, &prices()).unwrap()
}

fn offer(draft: Draft, offerer: Offerer) -> Offer {
    let offers = compare(&workload(draft), &prices());
    offers.into_iter().find(|offer| offer.offerer == offerer).unwrap()
}

#[track_caller]
fn check_near(value: f64, expected: f64) {
    assert!((value - expected).abs() <= expected.abs() * 0.005 + 1e-9, "{value} instead of {expected}");
}

/// By hand: an event's record has 4 * ceil(n / 3) + 24 + 170 bytes, and 6 MiB hold so many of them.
#[test]
fn a_batch_ends_at_the_limit_that_comes_first() {
    #[track_caller]
    fn check(record_bytes: f64, records: f64, invocations_per_terabyte: f64, limit: Limit) {
        let workload = workload(Draft { record_bytes, partitions: 1000, ..draft() });
        let batches = workload.batches(&prices());
        assert_eq!((batches.limit, batches.records), (limit, records));
        check_near(TB / (batches.records * record_bytes), invocations_per_terabyte);
    }
    check(100.0, 10_000.0, 1_000_000.0, Limit::BatchSize);
    check(500.0, 7298.0, 274_000.0, Limit::Payload);
    check(1000.0, 4112.0, 243_200.0, Limit::Payload);
    check(4000.0, 1137.0, 220_000.0, Limit::Payload);
    check(10_000.0, 465.0, 215_000.0, Limit::Payload);
}

#[test]
fn a_quiet_topic_is_cut_by_the_window() {
    let draft = Draft { records_per_second: 1.0, partitions: 1, ..draft() };
    let batches = workload(draft).batches(&prices());
    assert_eq!((batches.limit, batches.records), (Limit::Window, 300.0));
    // 730 hours of 12 windows.
    check_near(offer(draft, Offerer::LandfallOnDemand).objects_per_month, 8760.0);
}

#[test]
fn a_batch_of_a_silent_topic_is_one_record() {
    let draft = Draft { records_per_second: 0.001, partitions: 1, window_seconds: 0.5, ..draft() };
    let batches = workload(draft).batches(&prices());
    assert_eq!((batches.records, batches.per_second, batches.objects), (1.0, 0.001, 1.0));
}

/// By hand, for 10¹² bytes: 243,191 invocations; 0.15 s * 0.5 GB of each; 13.9 hours of one unit at 20 MB/s.
#[test]
fn a_terabyte_costs_what_the_arithmetic_says() {
    #[track_caller]
    fn check(offerer: Offerer, what: &str, expected: f64) {
        let offer = offer(draft(), offerer);
        let item = offer.items.iter().find(|item| item.what == what).unwrap();
        check_near(item.usd_per_month / offer.bytes_per_month * TB, expected);
    }
    check(Offerer::LandfallOnDemand, "invocations", 0.0486);
    check(Offerer::LandfallOnDemand, "PUTs", 1.216);
    check(Offerer::LandfallOnDemand, "compute", 0.2439);
    check(Offerer::LandfallProvisioned, "event poller units", 2.569);
    check(Offerer::LandfallOnDemand, "events through the endpoint", 15.30);
    check(Offerer::MskConnect, "MSK Connect units", 3.056);
    check(Offerer::MskDelivery, "delivery to S3", 8.0);
    check(Offerer::Firehose, "GB from MSK", 55.0);
    check(Offerer::ConfluentCloud, "throughput", 25.0);
}

#[test]
fn parquet_has_other_prices_elsewhere() {
    let draft = Draft { format: Format::Parquet, ..draft() };
    let per_terabyte = |offerer, what: &str| {
        let offer = offer(draft, offerer);
        let item = offer.items.iter().find(|item| item.what == what).unwrap().clone();
        item.usd_per_month / offer.bytes_per_month * TB
    };
    check_near(per_terabyte(Offerer::MskDelivery, "delivery to Iceberg"), 10.0);
    check_near(per_terabyte(Offerer::Firehose, "conversion"), 18.0);
}

#[test]
fn what_stands_when_nothing_arrives_is_told_apart() {
    // 20 metrics; one unit; 2 endpoints in 3 zones; one Connect unit.
    let draft = Draft { records_per_second: 1.0, ..draft() };
    check_near(offer(draft, Offerer::LandfallProvisioned).fixed_usd_per_month(), 6.0 + 135.05);
    check_near(offer(draft, Offerer::LandfallOnDemand).fixed_usd_per_month(), 6.0 + 43.8);
    check_near(offer(draft, Offerer::MskConnect).fixed_usd_per_month(), 80.3);
    let alone = Draft { network: Network::None, ..draft };
    check_near(offer(alone, Offerer::LandfallOnDemand).fixed_usd_per_month(), 6.0);
}

#[test]
fn one_object_per_record_is_one_put_here_and_three_requests_in_connect() {
    let draft = Draft { records_per_second: 10.0, partitions: 1, flush_size: Some(1), ..draft() };
    let puts = |offerer| {
        let offer = offer(draft, offerer);
        offer.items.iter().find(|item| item.what == "PUTs").unwrap().quantity
    };
    check_near(puts(Offerer::LandfallOnDemand), 26_280_000.0);
    check_near(puts(Offerer::MskConnect), 78_840_000.0);
}

#[test]
fn objects_are_as_many_as_partitions_paths_and_cells() {
    #[track_caller]
    fn check(draft: Draft, expected: f64) {
        check_near(workload(draft).batches(&prices()).objects, expected);
    }
    let one = Draft { partitions: 1, pollers: Some(1), batch_size: 1000, ..draft() };
    check(one, 1.0);
    check(Draft { paths: 2, ..one }, 2.0);
    check(Draft { partitions: 10, ..one }, 10.0);
    check(Draft { partitions: 10, pollers: Some(10), ..one }, 1.0);
    check(Draft { flush_size: Some(1), ..one }, 1000.0);
    check(Draft { flush_size: Some(100), ..one }, 10.99);
    check(Draft { paths: 5000, ..one }, 1000.0);
}

#[test]
fn a_redelivered_invocation_is_paid_again_with_a_head_for_each_object() {
    let draft = Draft { redelivered_per_mille: 100.0, ..draft() };
    let offer = offer(draft, Offerer::LandfallOnDemand);
    let quantity = |what: &str| offer.items.iter().find(|item| item.what == what).unwrap().quantity;
    check_near(quantity("HEADs"), quantity("PUTs") / 10.0);
    check_near(quantity("PUTs that come again"), quantity("PUTs") / 10.0);
    check_near(quantity("invocations"), quantity("PUTs") * 1.1);
}

#[test]
fn what_makes_no_sense_is_refused_all_at_once() {
    #[track_caller]
    fn check(draft: Draft, expected: &str) {
        assert_eq!(Workload::new(draft, &prices()).unwrap_err().to_string(), expected);
    }
    let function = draft().function;
    check(
        Draft { records_per_second: 0.0, batch_size: 10_001, window_seconds: 301.0, ..draft() },
        "the rate is 0, expected a number above 0; BatchSize is 10001, expected 1 to 10000; \
         MaximumBatchingWindowInSeconds is 301, expected 0 to 300",
    );
    check(
        Draft { record_bytes: f64::NAN, partitions: 0, ..draft() },
        "the size of a value is NaN, expected a number above 0; the number of partitions is 0, expected 1 or more",
    );
    check(
        Draft { record_bytes: 5e6, ..draft() },
        "a value of 5000000 bytes makes an event of more than 6 MB, which Lambda can't deliver",
    );
    check(
        Draft { pollers: Some(5), ..draft() },
        "5 pollers can't share 4 partitions: each takes whole partitions",
    );
    check(
        Draft { function: Function { put_milliseconds: Some(900_000.0), ..function }, ..draft() },
        "an invocation takes 900 seconds, and a Kafka mapping waits for 840: give more memory or a smaller batch",
    );
}

#[test]
fn a_rate_that_the_mapping_cannot_take_is_noted() {
    let offer = offer(Draft { records_per_second: 100_000.0, ..draft() }, Offerer::LandfallProvisioned);
    assert_eq!(
        offer.notes,
        [
            "each of 4 pollers would have to take 25.0 MB/s, and takes 5: more partitions or pollers are needed"
        ]
    );
}

#[test]
fn a_price_list_is_refused_by_the_figure_that_is_wrong() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = PriceList::parse(text).unwrap_err();
        let said = pipeline::chain(&error).to_string();
        assert!(said.contains(expected), "{said}");
    }
    let figure = |numbers: &str| {
        format!(
            "[[figure]]\nname = \"s3-put\"\n{numbers}\nper = \"\"\nstanding = \"secondary\"\ndate = \"\"\nsource = \"\"\n"
        )
    };
    check("figure = 1", "the price list can't be read");
    check(&figure("usd = 1\nvalue = 1"), "s3-put of the price list needs either `usd` or `value`");
    check(&figure("usd = -1"), "s3-put of the price list is -1, where a number above 0 was expected");
    check(&figure("usd = 1").repeat(2), "s3-put stands twice in the price list for us-east-1");
    check(&figure("usd = 1"), "the price list has no lambda-gb-second, lambda-request");
    check(&figure("usd = 1").replace("s3-put", "s3-post"), "s3-post");
    let error = PriceList::built_in().in_region("eu-nowhere-1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the price list has nothing for the region eu-nowhere-1, only for ap-northeast-2, us-east-1; us-east-1 is near to most"
    );
}

#[test]
fn a_region_borrows_the_prices_that_it_lacks() {
    let prices = PriceList::built_in().in_region("ap-northeast-2").unwrap();
    assert!(!prices.is_borrowed(Name::LambdaGbSecond));
    assert!(prices.is_borrowed(Name::S3Put));
    assert!(!prices.is_borrowed(Name::PollerMegabytesPerSecond));
}

#[test]
fn every_figure_says_where_and_when_it_was_read() {
    for figure in prices().figures() {
        assert!(
            figure.source.len() > 10 && figure.date.starts_with("20") && !figure.per.is_empty(),
            "{figure:?}"
        );
    }
}

/// What the price list says an event's record takes, held against events as they are written.
#[test]
fn an_event_takes_the_bytes_that_are_reckoned_with() {
    let workload = workload(draft());
    let mut writer = EventWriter::new(Source::SelfManaged, "localhost:9092".to_owned());
    let mut length = 0;
    for offset in 1_000_000_000..1_000_001_000 {
        writer.push(&NewRecord {
            topic: "application-mysql.cdc",
            partition: 0,
            offset,
            timestamp_ms: 1_700_000_000_000,
            timestamp_type: TimestampType::CreateTime,
            key: Some(&[0; 16]),
            value: Some(&[0; 1000]),
            headers: Vec::new(),
        });
        length = writer.len();
    }
    let reckoned = workload.event_bytes_per_record(&prices()) * 1000.0;
    assert!((length as f64 / reckoned - 1.0).abs() < 0.01, "{length} instead of {reckoned}");
    assert!(length < MAX_PAYLOAD_BYTES);
}

proptest! {
    #[test]
    fn more_records_never_cost_less(
        rate in 0.001..100_000.0_f64,
        factor in 1.0..100.0_f64,
        record_bytes in 1.0..100_000.0_f64,
        partitions in 1_u32..100,
        window_seconds in 0.0..300.0_f64,
        flush_size in proptest::option::of(1_u32..1000),
    ) {
        let draft = Draft {
            records_per_second: rate,
            record_bytes,
            partitions,
            // Another poller would change which partitions share a batch.
            pollers: Some(1),
            window_seconds,
            flush_size,
            ..draft()
        };
        let more = Draft { records_per_second: rate * factor, ..draft };
        for (less, more) in compare(&workload(draft), &prices()).iter().zip(compare(&workload(more), &prices())) {
            prop_assert!(more.usd_per_month() >= less.usd_per_month() * (1.0 - 1e-9), "{less:?} {more:?}");
        }
    }

    #[test]
    fn larger_batches_never_cost_more(
        rate in 0.001..100_000.0_f64,
        batch_size in 1_u32..5000,
        factor in 1_u32..=2,
        partitions in 1_u32..100,
        paths in 1_u32..5,
        flush_size in proptest::option::of(1_u32..1000),
    ) {
        let draft = Draft { records_per_second: rate, batch_size, partitions, paths, flush_size, ..draft() };
        let larger = Draft { batch_size: batch_size * factor, ..draft };
        for (small, large) in compare(&workload(draft), &prices()).iter().zip(compare(&workload(larger), &prices())) {
            prop_assert!(large.usd_per_terabyte() <= small.usd_per_terabyte() * (1.0 + 1e-9), "{small:?} {large:?}");
        }
    }

    #[test]
    fn every_amount_is_a_number(
        rate in 1e-6..1e6_f64,
        record_bytes in 0.1..1e6_f64,
        window_seconds in 0.0..300.0_f64,
        partitions in 1_u32..10_000,
    ) {
        let draft = Draft { records_per_second: rate, record_bytes, window_seconds, partitions, ..draft() };
        for offer in compare(&workload(draft), &prices()) {
            for item in &offer.items {
                prop_assert!(item.usd_per_month.is_finite() && item.usd_per_month >= 0.0, "{item:?}");
            }
            prop_assert!(offer.usd_per_terabyte().is_finite());
        }
    }
}
