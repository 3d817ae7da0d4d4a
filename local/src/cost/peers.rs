//! What others take for the same work.

use super::{Format, GB, HOURS_PER_MONTH, Item, Name, Offer, Offerer, Prices, TB, Workload};

/// All of them.
pub(super) fn offers(workload: &Workload, prices: &Prices) -> Vec<Offer> {
    [msk_connect, msk_delivery, firehose, confluent_cloud].map(|offer| offer(workload, prices)).into()
}

/// The Confluent S3 sink, which writes each object as a multipart upload.
fn msk_connect(workload: &Workload, prices: &Prices) -> Offer {
    let mut offer =
        Offer::new(Offerer::MskConnect, workload, rotated(workload, prices.get(Name::ConnectObjectSeconds)));
    let most = prices.get(Name::MskConnectMcuMegabytesPerSecond);
    let units = (workload.megabytes_per_second() / most).ceil().max(1.0);
    let hours = (units * HOURS_PER_MONTH, "unit-hours");
    let units = Item::new("MSK Connect units", hours, Name::MskConnectMcuHour, prices);
    offer.items.push(units.fixed().resting_on(&[Name::MskConnectMcuMegabytesPerSecond]));
    let parts = (offer.object_bytes / prices.get(Name::ConnectPartBytes)).ceil().max(1.0);
    offer.store(2.0 + parts, workload, prices);
    offer
}

/// MSK data delivery: objects for JSON, Iceberg tables for Parquet.
fn msk_delivery(workload: &Workload, prices: &Prices) -> Offer {
    let per_partition = 1.0 / prices.get(Name::MskDeliveryObjectSeconds);
    let objects =
        (per_partition * f64::from(workload.draft().partitions)).min(workload.draft().records_per_second);
    let mut offer = Offer::new(Offerer::MskDelivery, workload, objects);
    let (what, price) = match workload.draft().format {
        Format::JsonLines | Format::JsonLinesGzip => ("delivery to S3", Name::MskDeliveryS3Tb),
        Format::Parquet => ("delivery to Iceberg", Name::MskDeliveryIcebergTb),
    };
    offer.items.push(Item::new(what, (workload.bytes_per_month() / TB, "TB"), price, prices));
    offer.store(1.0, workload, prices);
    offer
        .notes
        .push("needs Express brokers; no Avro, Protobuf, keys, headers, tombstones or backfill".to_owned());
    if workload.draft().format == Format::Parquet {
        offer.notes.push("Parquet only as Iceberg in S3 Tables, whose own price is not in here".to_owned());
    }
    if workload.draft().flush_size.is_some() {
        offer.notes.push("has no flush.size: objects hold the records of ten minutes".to_owned());
    }
    offer
}

/// Firehose, which takes and gives larger objects than a batch makes.
fn firehose(workload: &Workload, prices: &Prices) -> Offer {
    let by_bytes = workload.megabytes_per_second()
        / workload.compression_ratio()
        / prices.get(Name::FirehoseObjectMegabytes);
    let by_time = 1.0 / prices.get(Name::FirehoseObjectSeconds);
    let objects = by_bytes.max(by_time).min(workload.draft().records_per_second);
    let mut offer = Offer::new(Offerer::Firehose, workload, objects);
    let gigabytes = workload.bytes_per_month() / GB;
    let counted = gigabytes.max(gigabytes / workload.compression_ratio());
    offer.items.push(Item::new("GB from MSK", (counted, "GB"), Name::FirehoseGb, prices));
    if workload.draft().format == Format::Parquet {
        let conversion = Item::new("conversion", (gigabytes, "GB"), Name::FirehoseConversionGb, prices);
        offer.items.push(conversion);
        offer
            .notes
            .push("converts JSON alone: Avro and Protobuf need a function of one's own before it".to_owned());
    }
    offer.store(1.0, workload, prices);
    offer.notes.push("without MSK's private connectivity, which it needs".to_owned());
    if workload.draft().flush_size.is_some() {
        offer.notes.push("has no flush.size: objects end by size and time".to_owned());
    }
    offer
}

/// The managed sink of Confluent Cloud.
fn confluent_cloud(workload: &Workload, prices: &Prices) -> Offer {
    let objects = rotated(workload, prices.get(Name::ConnectObjectSeconds));
    let mut offer = Offer::new(Offerer::ConfluentCloud, workload, objects);
    let gigabytes = (workload.bytes_per_month() / GB, "GB");
    offer.items.push(Item::new("throughput", gigabytes, Name::ConfluentCloudGb, prices));
    offer.store(3.0, workload, prices);
    offer.notes.push("without task hours, whose price could not be read".to_owned());
    offer
}

/// Objects in a second of a sink that keeps one open for each partition and path.
fn rotated(workload: &Workload, seconds: f64) -> f64 {
    let draft = workload.draft();
    let by_time = f64::from(draft.partitions) * f64::from(draft.paths) / seconds;
    let by_count =
        draft.flush_size.map_or(0.0, |flush_size| draft.records_per_second / f64::from(flush_size));
    by_time.max(by_count).min(draft.records_per_second)
}
