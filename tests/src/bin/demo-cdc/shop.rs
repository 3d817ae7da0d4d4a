//! A small shop: its tables, and what a person does with them.

use fastrand::Rng;
use std::collections::BTreeMap;

/// The database.
pub(crate) const DATABASE: &str = "shop";

/// The tables, with the column that is the key of each; the last is the one that is shown.
pub(crate) const TABLES: [(&str, &str); 3] = [("customers", "id"), ("products", "sku"), ("orders", "id")];

/// How many rows of each table the shop opens with.
const OPENING: usize = 6;

const NAMES: [&str; 6] = ["Ada", "Grace", "Miriam O''Neil", "Zoë", "李娜", "Edsger"];
const CITIES: [&str; 5] = ["Seoul", "Lisboa", "Kraków", "Nairobi", "Santa Fe"];
const GOODS: [&str; 5] = ["teapot", "lamp", "kite", "atlas", "clock"];
const STATUS: [&str; 3] = ["paid", "shipped", "new"];
const COUPONS: [&str; 3] = ["'SPRING'", "'HALF'", "NULL"];

/// What is done to a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Order,
    Progress,
    Cancel,
    Sell,
    Reprice,
    Welcome,
    Move,
    Forget,
    Launch,
    Rename,
}

/// How often each deed is done in a round; a round does each of them.
const ROUND: [(Deed, usize); 10] = [
    (Deed::Order, 7),
    (Deed::Progress, 4),
    (Deed::Cancel, 2),
    (Deed::Sell, 2),
    (Deed::Reprice, 1),
    (Deed::Welcome, 1),
    (Deed::Move, 1),
    (Deed::Forget, 1),
    (Deed::Launch, 1),
    (Deed::Rename, 1),
];

/// A shop, as far as its next change needs it.
pub(crate) struct Shop {
    rng: Rng,
    customers: Vec<usize>,
    products: Vec<String>,
    orders: Vec<usize>,
    /// How many of anything there have been.
    numbers: usize,
    /// What is left of the round.
    round: Vec<Deed>,
    has_coupons: bool,
    done: BTreeMap<&'static str, usize>,
}

impl Shop {
    /// A shop whose changes are drawn from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            customers: Vec::new(),
            products: Vec::new(),
            orders: Vec::new(),
            numbers: 100,
            round: Vec::new(),
            has_coupons: false,
            done: BTreeMap::new(),
        }
    }

    /// The statements that make the tables, and rows that stand in them before they are captured.
    pub(crate) fn opening(&mut self) -> Vec<String> {
        let mut statements = vec![
            format!("CREATE DATABASE {DATABASE}"),
            format!(
                "CREATE TABLE {DATABASE}.customers (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(40), \
                 since DATE NOT NULL)"
            ),
            format!(
                "CREATE TABLE {DATABASE}.products (sku VARCHAR(10) PRIMARY KEY, name VARCHAR(40) NOT NULL, \
                 price DECIMAL(8,2) NOT NULL, stock INT NOT NULL)"
            ),
            format!(
                "CREATE TABLE {DATABASE}.orders (id INT PRIMARY KEY, customer INT NOT NULL, sku VARCHAR(10) NOT NULL, \
                 total DECIMAL(10,2) NOT NULL, status ENUM('new','paid','shipped') NOT NULL, placed DATETIME(3) NOT NULL)"
            ),
        ];
        for deed in [Deed::Welcome, Deed::Launch, Deed::Order] {
            statements.extend((0..OPENING).map(|_| self.statement(deed)));
        }
        self.done.clear();
        statements
    }

    /// The next changes; orders have coupons from now on, if so.
    pub(crate) fn changes(&mut self, count: usize, have_coupons: bool) -> Vec<String> {
        let mut statements = Vec::with_capacity(count + 1);
        if have_coupons && !self.has_coupons {
            self.has_coupons = true;
            self.count("column added");
            statements.push(format!("ALTER TABLE {DATABASE}.orders ADD COLUMN coupon VARCHAR(10)"));
        }
        for _ in 0..count {
            let deed = self.next();
            statements.push(self.statement(deed));
        }
        statements
    }

    /// What was done until now, in words.
    pub(crate) fn done(&self) -> String {
        let done: Vec<String> = self.done.iter().map(|(what, count)| format!("{what}: {count}")).collect();
        done.join(", ")
    }

    fn next(&mut self) -> Deed {
        if self.round.is_empty() {
            self.round = ROUND.iter().flat_map(|(deed, count)| std::iter::repeat_n(*deed, *count)).collect();
            self.rng.shuffle(&mut self.round);
        }
        self.round.pop().expect("a round was just begun")
    }

    fn statement(&mut self, deed: Deed) -> String {
        self.count(match deed {
            Deed::Order | Deed::Welcome | Deed::Launch => "inserts",
            Deed::Progress | Deed::Sell | Deed::Reprice | Deed::Move => "updates",
            Deed::Cancel | Deed::Forget => "deletes",
            Deed::Rename => "keys changed",
        });
        match deed {
            Deed::Order => self.order(),
            Deed::Progress if self.has_coupons => {
                let (order, status, coupon) =
                    (one_of(&mut self.rng, &self.orders), self.pick(&STATUS), self.pick(&COUPONS));
                format!(
                    "UPDATE {DATABASE}.orders SET status = '{status}', coupon = {coupon} WHERE id = {order}"
                )
            }
            Deed::Progress => {
                let (order, status) = (one_of(&mut self.rng, &self.orders), self.pick(&STATUS));
                format!("UPDATE {DATABASE}.orders SET status = '{status}' WHERE id = {order}")
            }
            Deed::Cancel => {
                let order = take(&mut self.rng, &mut self.orders);
                format!("DELETE FROM {DATABASE}.orders WHERE id = {order}")
            }
            Deed::Sell => {
                let (sku, left) = (one_of(&mut self.rng, &self.products), self.rng.u32(..100));
                format!("UPDATE {DATABASE}.products SET stock = {left} WHERE sku = '{sku}'")
            }
            Deed::Reprice => {
                let (sku, price) = (one_of(&mut self.rng, &self.products), self.price());
                format!("UPDATE {DATABASE}.products SET price = {price} WHERE sku = '{sku}'")
            }
            Deed::Welcome => {
                let (id, name, city) = (self.number(), self.pick(&NAMES), self.pick(&CITIES));
                self.customers.push(id);
                let day = self.rng.u32(1..=28);
                format!(
                    "INSERT INTO {DATABASE}.customers VALUES ({id}, '{name}', '{city}', '2024-02-{day:02}')"
                )
            }
            Deed::Move => {
                let (id, city) = (one_of(&mut self.rng, &self.customers), self.pick(&CITIES));
                format!("UPDATE {DATABASE}.customers SET city = '{city}' WHERE id = {id}")
            }
            Deed::Forget => {
                let id = take(&mut self.rng, &mut self.customers);
                format!("DELETE FROM {DATABASE}.customers WHERE id = {id}")
            }
            Deed::Launch => {
                let (sku, name, price) = (self.sku(), self.pick(&GOODS), self.price());
                self.products.push(sku.clone());
                format!("INSERT INTO {DATABASE}.products VALUES ('{sku}', '{name}', {price}, 100)")
            }
            Deed::Rename => {
                let (old, new) = (take(&mut self.rng, &mut self.products), self.sku());
                self.products.push(new.clone());
                format!("UPDATE {DATABASE}.products SET sku = '{new}' WHERE sku = '{old}'")
            }
        }
    }

    fn order(&mut self) -> String {
        let (id, customer, sku) =
            (self.number(), one_of(&mut self.rng, &self.customers), one_of(&mut self.rng, &self.products));
        self.orders.push(id);
        let (total, second) = (self.price(), self.rng.u32(..60));
        let coupon = if self.has_coupons { format!(", {}", self.pick(&COUPONS)) } else { String::new() };
        format!(
            "INSERT INTO {DATABASE}.orders VALUES ({id}, {customer}, '{sku}', {total}, 'new', \
             '2025-11-28 09:30:{second:02}.125'{coupon})"
        )
    }

    fn count(&mut self, what: &'static str) {
        *self.done.entry(what).or_default() += 1;
    }

    fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    fn sku(&mut self) -> String {
        format!("SKU-{}", self.number())
    }

    fn price(&mut self) -> String {
        format!("{}.{:02}", self.rng.u32(1..500), self.rng.u32(..100))
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        one_of(&mut self.rng, words)
    }
}

/// One of those that there are.
fn one_of<T: Clone>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())].clone()
}

/// Takes one of them away.
fn take<T>(rng: &mut Rng, all: &mut Vec<T>) -> T {
    let index = rng.usize(..all.len());
    all.swap_remove(index)
}
