//! The same event in other words.

use serde_json::Value;

/// Writes JSON with members shuffled, white space, escapes, and members that nobody knows.
pub(super) struct Noise {
    state: u64,
    json: String,
}

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, json: String::new() }
    }

    pub(super) fn event(mut self, event: &Value) -> String {
        self.white_space();
        self.object(event, true);
        self.white_space();
        self.json
    }

    /// The next of a sequence that depends on the seed only (SplitMix64), below a bound.
    fn below(&mut self, bound: u64) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound) as usize
    }

    fn value(&mut self, name: &str, value: &Value) {
        match value {
            // In `records` and in headers every name is known.
            Value::Object(_) => self.object(value, !matches!(name, "records" | "headers")),
            Value::Array(elements) => {
                self.json.push('[');
                self.white_space();
                for (index, element) in elements.iter().enumerate() {
                    self.comma(index);
                    self.value(name, element);
                    self.white_space();
                }
                self.json.push(']');
            }
            Value::String(text) => self.text(text),
            other => self.json.push_str(&other.to_string()),
        }
    }

    fn object(&mut self, object: &Value, unknown_members: bool) {
        const UNKNOWN: [(&str, &str); 5] = [
            ("new", "null"),
            ("more", "[[{\"a\":[]}],-1.5E+7,\"\\\"]}\"]"),
            ("Offset", "true"),
            ("", "{\"offset\":{}}"),
            ("new", "\"\\ud800\""),
        ];
        let mut members: Vec<_> =
            object.as_object().unwrap().iter().map(|(name, value)| (name, Some(value))).collect();
        let empty = String::new();
        if unknown_members {
            members.extend((0..self.below(3)).map(|_| (&empty, None)));
        }
        for index in (1..members.len()).rev() {
            let other = self.below(index as u64 + 1);
            members.swap(index, other);
        }
        self.json.push('{');
        self.white_space();
        for (index, (name, value)) in members.into_iter().enumerate() {
            self.comma(index);
            match value {
                Some(value) => {
                    self.text(name);
                    self.colon();
                    self.value(name, value);
                }
                None => {
                    let (name, value) = UNKNOWN[self.below(UNKNOWN.len() as u64)];
                    self.text(name);
                    self.colon();
                    self.json.push_str(value);
                }
            }
            self.white_space();
        }
        self.json.push('}');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.json.push(',');
            self.white_space();
        }
    }

    fn colon(&mut self) {
        self.white_space();
        self.json.push(':');
        self.white_space();
    }

    fn white_space(&mut self) {
        const SPACES: [&str; 8] = ["", "", "", "", " ", "\n", "\t\r\n", "   "];
        let space = SPACES[self.below(SPACES.len() as u64)];
        self.json.push_str(space);
    }

    fn text(&mut self, text: &str) {
        let escape_all = self.below(4) == 0;
        self.json.push('"');
        for character in text.chars() {
            if escape_all && self.below(2) == 0 || matches!(character, '"' | '\\' | '\0'..' ') {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    self.json.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                self.json.push(character);
            }
        }
        self.json.push('"');
    }
}
