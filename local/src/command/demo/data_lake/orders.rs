//! Orders of a small shop, and what becomes of them; the same ones every time.

use crate::command::demo::dice::Dice;

/// A row of the shop's table.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) customer: String,
    pub(crate) status: Status,
    pub(crate) items: Vec<Item>,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) placed_at_ms: i64,
    /// Microseconds since 1970-01-01T00:00:00, on the shop's own clock.
    pub(crate) updated_at_us: i64,
    /// Days since 1970-01-01.
    pub(crate) ship_on_day: Option<i32>,
    pub(crate) coupon: Option<&'static str>,
    pub(crate) channel: &'static str,
}

/// A line of an order.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) quantity: i32,
    pub(crate) price_cents: i64,
}

/// Where an order is; in the order of the schema's symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Placed,
    Paid,
    Shipped,
    Cancelled,
    Returned,
}

/// What happened to an order.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) op: Op,
    pub(crate) order: Order,
    pub(crate) timestamp_ms: i64,
}

/// What a change data capture calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Create,
    Update,
    Delete,
}

/// The shop and the orders in its table.
pub(crate) struct Shop {
    dice: Dice,
    orders: Vec<Order>,
    last_id: i64,
}

const MS_PER_DAY: i64 = 24 * 60 * 60 * 1000;
const COUPONS: [Option<&str>; 5] = [None, None, None, Some("WELCOME10"), Some("AUTUMN-5%")];
const CHANNELS: [&str; 3] = ["web", "app", "phone"];
const CUSTOMERS: [&str; 6] = ["kim", "lee", "park", "zoë", "o'neill", "müller"];

impl Shop {
    pub(crate) fn new() -> Self {
        Self { dice: Dice::new(), orders: Vec::new(), last_id: 10_000 }
    }

    /// What happens next.
    pub(crate) fn change(&mut self, timestamp_ms: i64) -> Change {
        if self.orders.is_empty() || self.dice.below(100) < 30 {
            let order = self.new_order(timestamp_ms);
            self.orders.push(order.clone());
            return Change { op: Op::Create, order, timestamp_ms };
        }
        let index = self.dice.below(self.orders.len() as u64) as usize;
        let order = &mut self.orders[index];
        let chance = self.dice.below(10);
        order.status = match order.status {
            Status::Placed if chance == 0 => Status::Cancelled,
            Status::Placed => Status::Paid,
            Status::Paid => Status::Shipped,
            Status::Shipped if chance < 3 => Status::Returned,
            // Done: the shop keeps its table short.
            Status::Shipped | Status::Cancelled | Status::Returned => {
                let order = self.orders.swap_remove(index);
                return Change { op: Op::Delete, order, timestamp_ms };
            }
        };
        order.updated_at_us = timestamp_ms * 1000 + self.dice.below(1000) as i64;
        if order.status == Status::Paid {
            order.ship_on_day = Some((timestamp_ms / MS_PER_DAY + 1 + self.dice.below(4) as i64) as i32);
        }
        Change { op: Op::Update, order: order.clone(), timestamp_ms }
    }

    fn new_order(&mut self, timestamp_ms: i64) -> Order {
        let dice = &mut self.dice;
        self.last_id += 1;
        let items = (0..1 + dice.below(3)).map(|_| Item {
            sku: format!("{}-{:03}", ["TEA", "CUP", "POT"][dice.below(3) as usize], dice.below(40)),
            quantity: 1 + dice.below(4) as i32,
            price_cents: 150 + dice.below(12_000) as i64,
        });
        Order {
            id: self.last_id,
            items: items.collect(),
            customer: format!("{}-{}", dice.one_of(&CUSTOMERS), dice.below(300)),
            status: Status::Placed,
            placed_at_ms: timestamp_ms,
            updated_at_us: timestamp_ms * 1000,
            ship_on_day: None,
            coupon: dice.one_of(&COUPONS),
            channel: dice.one_of(&CHANNELS),
        }
    }
}

impl Order {
    pub(crate) fn total_cents(&self) -> i64 {
        self.items.iter().map(|item| i64::from(item.quantity) * item.price_cents).sum()
    }
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }
}

impl Op {
    /// Debezium's letter.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "c",
            Self::Update => "u",
            Self::Delete => "d",
        }
    }

    /// Debezium's word, when it rewrites deletions to rows.
    pub(crate) fn deleted(self) -> &'static str {
        if self == Self::Delete { "true" } else { "false" }
    }
}
