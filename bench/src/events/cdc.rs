//! Changes of a table, as Debezium tells them.

use super::{
    START_MS, Span,
    avro::{AvroEvent, Datum, Topic},
    order::Order,
    random::Random,
};

/// Inserts, updates and deletes of orders: 59 columns of Parquet.
pub(crate) fn order_changes(records: usize, span: Span) -> AvroEvent {
    let topic = Topic {
        name: "shop.shop.orders",
        first_offset: 8_100_000,
        key_schema_id: 20,
        schema_id: 21,
        schema: include_str!("../../schemas/order-changes.avsc"),
    };
    let mut table = Table::new();
    topic.event(records, span, |datum, timestamp_ms, random| table.change(datum, timestamp_ms, random))
}

/// The table, and its binlog.
struct Table {
    next_id: i64,
    /// The orders that may still change.
    open: Vec<Order>,
    transactions: u64,
    binlog_position: u64,
}

impl Table {
    /// A table in the middle of its life.
    fn new() -> Self {
        let mut random = Random(7);
        let open = (0..3_000).map(|index| {
            let mut order = Order::new(4_200_000 + index, START_MS - (3_000 - index) * 4_000, &mut random);
            for _ in 0..random.below(3) {
                order.advance(START_MS - random.below(3_600_000) as i64, &mut random);
            }
            order
        });
        Self { next_id: 4_203_000, open: open.collect(), transactions: 77_000, binlog_position: 91_000_000 }
    }

    /// Changes one row and writes the envelope; returns the row's key.
    fn change(&mut self, datum: &mut Datum, timestamp_ms: i64, random: &mut Random) -> i64 {
        // What MySQL commits, Debezium reads and produces some milliseconds later.
        let read_ms = timestamp_ms - 3;
        let committed_ms = read_ms - 5 - random.below(300) as i64;
        let open = random.below(self.open.len() as u64) as usize;
        let (operation, before, after) = match random.below(100) {
            0..42 => {
                let order = Order::new(self.next_id, committed_ms, random);
                self.next_id += 1;
                self.open.push(order.clone());
                ("c", None, Some(order))
            }
            42..92 => {
                let order = &mut self.open[open];
                let before = order.clone();
                order.advance(committed_ms, random);
                ("u", Some(before), Some(order.clone()))
            }
            _ => {
                let order = self.open.swap_remove(open);
                ("d", Some(order), None)
            }
        };
        let id = before.as_ref().or(after.as_ref()).expect("a change has a side").id;
        datum.optional(before, |datum, order| order.write(datum));
        datum.optional(after, |datum, order| order.write(datum));
        self.write_source(datum, committed_ms, random);
        // No transaction: `provide.transaction.metadata` is false by default.
        datum.long(0);
        datum.text(operation);
        datum.optional(Some(read_ms), Datum::long);
        id
    }

    fn write_source(&mut self, datum: &mut Datum, committed_ms: i64, random: &mut Random) {
        self.transactions += u64::from(random.percent(60));
        self.binlog_position += 300 + random.below(900);
        datum.text("3.6.1.Final");
        datum.text("mysql");
        datum.text("shop");
        // MySQL's binlog has seconds.
        datum.long(committed_ms / 1000 * 1000);
        // The first branch of the union: a text, `false` by default.
        datum.long(0);
        datum.text("false");
        datum.text("shop");
        datum.optional(Some("orders"), Datum::text);
        datum.long(223_344);
        let gtid = format!("3e11fa47-71ca-11e1-9e33-c80aa9429562:{}", self.transactions);
        datum.optional(Some(gtid.as_str()), Datum::text);
        datum.text(&format!("binlog.{:06}", self.binlog_position / 100_000_000));
        datum.long((self.binlog_position % 100_000_000) as i64);
        datum.long(0);
    }
}
