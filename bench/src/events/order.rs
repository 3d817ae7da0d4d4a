//! A row of the table whose changes the CDC events tell.

use super::{avro::Datum, random::Random};
use jiff::Timestamp;

const STATUSES: [&str; 6] = ["new", "paid", "packed", "shipped", "delivered", "cancelled"];
const FIRST_NAMES: [&str; 12] = [
    "jiwoo", "minjun", "seoyeon", "hana", "yuki", "sakura", "james", "mary", "robert", "anna", "lukas",
    "sofia",
];
const LAST_NAMES: [&str; 10] =
    ["kim", "lee", "park", "sato", "suzuki", "smith", "johnson", "mueller", "schmidt", "tanaka"];
const CITIES: [(&str, &str); 10] = [
    ("Seoul", "KR"),
    ("Busan", "KR"),
    ("Incheon", "KR"),
    ("Daegu", "KR"),
    ("Tokyo", "JP"),
    ("Osaka", "JP"),
    ("New York", "US"),
    ("San Francisco", "US"),
    ("Berlin", "DE"),
    ("München", "DE"),
];
const NOTES: [&str; 4] = [
    "Please leave it at the door.",
    "Call before delivery",
    "문 앞에 놓아 주세요",
    "Gift: no invoice in the parcel, please 🎁",
];

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// An order: some columns have few values, some are as good as unique, some are mostly null.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) id: i64,
    customer: Customer,
    status: usize,
    subtotal_cents: i64,
    shipping_cents: i64,
    discount_cents: Option<i64>,
    item_count: i64,
    coupon_code: Option<String>,
    payment_method: &'static str,
    note: Option<&'static str>,
    is_gift: bool,
    deliver_on_days: Option<i64>,
    created_ms: i64,
    updated_ms: i64,
}

/// Who ordered; the same at each order.
#[derive(Clone)]
struct Customer {
    id: i64,
    email: String,
    phone: Option<String>,
    city: &'static str,
    country: &'static str,
}

impl Customer {
    fn new(id: u64) -> Self {
        let mut random = Random(id);
        let email = format!(
            "{}.{}{}@example.com",
            random.one_of(&FIRST_NAMES),
            random.one_of(&LAST_NAMES),
            id % 1_000
        );
        let phone = random
            .percent(70)
            .then(|| format!("+82-10-{:04}-{:04}", random.below(10_000), random.below(10_000)));
        let (city, country) = CITIES[random.below(CITIES.len() as u64) as usize];
        Self { id: id as i64, email, phone, city, country }
    }
}

impl Order {
    /// A new order.
    pub(super) fn new(id: i64, now_ms: i64, random: &mut Random) -> Self {
        let subtotal_cents = 500 + random.below(50_000) as i64;
        let coupon_code = random.percent(10).then(|| format!("SAVE{}", 5 * (1 + random.below(6))));
        Self {
            id,
            customer: Customer::new(random.below(50_000)),
            status: 0,
            subtotal_cents,
            shipping_cents: [0, 300, 590, 1_200][random.below(4) as usize],
            discount_cents: coupon_code.is_some().then_some(subtotal_cents / 10),
            item_count: 1 + random.below(6) as i64,
            coupon_code,
            payment_method: random.one_of(&["card", "card", "kakao_pay", "naver_pay", "paypal", "transfer"]),
            note: random.percent(12).then(|| random.one_of(&NOTES)),
            is_gift: random.percent(8),
            deliver_on_days: None,
            created_ms: now_ms,
            updated_ms: now_ms,
        }
    }

    /// The order, one step on.
    pub(super) fn advance(&mut self, now_ms: i64, random: &mut Random) {
        self.status = if random.percent(4) { STATUSES.len() - 1 } else { (self.status + 1) % STATUSES.len() };
        self.deliver_on_days =
            (self.status >= 2).then(|| now_ms.div_euclid(DAY_MS) + 1 + random.below(5) as i64);
        self.updated_ms = now_ms;
    }

    /// Writes the columns.
    pub(super) fn write(&self, datum: &mut Datum) {
        let total_cents = self.subtotal_cents + self.shipping_cents - self.discount_cents.unwrap_or(0);
        datum.long(self.id);
        datum.text(&format!("ORD-2024-{:08}", self.id));
        datum.long(self.customer.id);
        datum.text(STATUSES[self.status]);
        datum.text(if self.customer.country == "KR" { "KRW" } else { "USD" });
        datum.decimal(self.subtotal_cents);
        datum.decimal(self.shipping_cents);
        datum.optional(self.discount_cents, Datum::decimal);
        datum.decimal(total_cents);
        datum.long(self.item_count);
        datum.optional(self.coupon_code.as_deref(), Datum::text);
        datum.text(self.payment_method);
        datum.text(&self.customer.email);
        datum.optional(self.customer.phone.as_deref(), Datum::text);
        datum.text(self.customer.city);
        datum.text(self.customer.country);
        datum.optional(self.note, Datum::text);
        datum.boolean(self.is_gift);
        datum.optional(self.deliver_on_days, Datum::long);
        datum.long(self.created_ms);
        let updated_at = Timestamp::from_second(self.updated_ms / 1000).expect("the year is 2024");
        datum.text(&updated_at.to_string());
    }
}
