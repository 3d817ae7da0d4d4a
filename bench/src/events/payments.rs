//! Records without nesting, of an application's own schema.

use super::{
    MAX_RECORDS, Span,
    avro::{AvroEvent, Datum, Topic},
    random::Random,
};

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Payments: 16 columns of Parquet.
pub(crate) fn payments(span: Span) -> AvroEvent {
    let topic = Topic {
        name: "shop.payments",
        first_offset: 51_000_000,
        key_schema_id: 6,
        schema_id: 7,
        schema: include_str!("../../schemas/payments.avsc"),
    };
    topic.event(MAX_RECORDS, span, payment)
}

/// Writes a payment; returns the order that it pays.
fn payment(datum: &mut Datum, timestamp_ms: i64, random: &mut Random) -> i64 {
    let order_id = 4_200_000 + random.below(60_000) as i64;
    let method = random.one_of(&["card", "card", "card", "kakao_pay", "naver_pay", "transfer"]);
    let status = [0, 0, 0, 1, 1, 2, 3][random.below(7) as usize];
    let cents = 500 + random.below(50_000) as i64;
    datum.text(&format!("pay_{:016x}", random.next()));
    datum.long(order_id);
    datum.long(random.below(50_000) as i64);
    datum.long(1_000 + random.below(400) as i64);
    datum.long(status);
    datum.text(method);
    // A refund goes the other way.
    datum.decimal(if status == 2 { -cents } else { cents });
    // 2.9 % and 30 cents, of four decimal places.
    datum.decimal(cents * 29 / 10 + 3_000);
    datum.text(random.one_of(&["KRW", "KRW", "KRW", "JPY", "USD", "EUR"]));
    let card_digits = (method == "card").then(|| format!("{:04}", random.below(10_000)));
    datum.optional(card_digits.as_deref(), Datum::text);
    let [a, b, c, d] = (random.next() as u32).to_be_bytes();
    datum.optional(random.percent(95).then(|| format!("{a}.{b}.{c}.{d}")).as_deref(), Datum::text);
    datum.double(random.below(1_000_000) as f64 / 1e6);
    datum.boolean(random.percent(15));
    datum.long(timestamp_ms * 1000 - random.below(900_000) as i64);
    let settles_on = (status != 3).then(|| timestamp_ms.div_euclid(DAY_MS) + 2 + random.below(3) as i64);
    datum.optional(settles_on, Datum::long);
    let reference = random.percent(20).then(|| format!("INV/2024/{:06}", random.below(1_000_000)));
    datum.optional(reference.as_deref(), Datum::text);
    order_id
}
