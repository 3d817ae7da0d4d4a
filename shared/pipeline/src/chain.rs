//! An error with all that lies beneath it, on one line.

use std::error::Error;
use std::fmt;

/// Shows an error and its sources, each once: `outer: inner: innermost`.
pub fn chain<'e>(error: &'e (dyn Error + 'static)) -> Chain<'e> {
    Chain(error)
}

/// What [`chain`] shows.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'e>(&'e (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            let text = error.to_string();
            // Other crates' errors often repeat their source's text: once is enough.
            if !text.is_empty() && !said.ends_with(&text) {
                write!(f, ": {text}")?;
            }
            said = text;
            next = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Self>>);

    #[track_caller]
    fn check(layers: &[&'static str], expected: &str) {
        let error = layers.iter().rev().fold(None, |source, text| Some(Box::new(Layer(text, source))));
        assert_eq!(chain(&*error.expect("at least one")).to_string(), expected);
    }

    #[test]
    fn each_cause_is_told_once() {
        check(&["a"], "a");
        check(&["a", "b", "c"], "a: b: c");
        check(&["a: b", "b", "c"], "a: b: c");
        check(&["a", "", "c"], "a: c");
    }
}
