// The small crate that the Rust corpus changes: unit tests inside the source, and an integration test.
export const libCode = `//! Words and their counts.

use std::collections::HashMap;

#[derive(Debug, PartialEq)]
pub enum ParseError {
    Empty,
    TooLong(usize),
}

pub fn count(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

pub fn first(text: &str) -> Result<&str, ParseError> {
    text.split_whitespace().next().ok_or(ParseError::Empty)
}

pub fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}

`;

export const libTests = `#[cfg(test)]
mod tests {
    use super::*;

    fn assert_count(text: &str, word: &str, expected: usize) {
        assert_eq!(count(text).get(word).copied().unwrap_or(0), expected);
    }

    #[test]
    fn counts_words() {
        let counts = count("a b a");
        assert_eq!(counts.len(), 2);
        assert_eq!(counts["a"], 2);
        assert_eq!(counts["b"], 1, "b stands once");
    }

    #[test]
    fn counts_without_case() {
        assert_count("A a", "a", 2);
        assert_count("", "a", 0);
    }

    #[test]
    fn finds_the_first() {
        assert_eq!(first("x y").unwrap(), "x");
        assert_eq!(first(" "), Err(ParseError::Empty));
        assert!(first("long word").unwrap().starts_with("lo"));
    }

    #[test]
    fn divides() {
        assert!((ratio(1, 3) - 0.333333).abs() < 1e-5);
        assert!(ratio(1, 2) == 0.5);
        assert!(ratio(3, 4) > 0.7);
        assert_ne!(ratio(1, 2), 1.0);
    }

    #[test]
    fn counts_many() {
        for (text, expected) in [("", 0), ("a", 1), ("a b", 2), ("a b c", 3)] {
            assert_eq!(count(text).len(), expected);
        }
    }

    #[test]
    #[should_panic(expected = "no word")]
    fn panics_without_a_word() {
        first("").expect("no word");
    }
}
`;

export const integrationTest = `use words::{count, first, ParseError};

#[test]
fn reads_a_line() {
    let line = "the cat and the dog";
    assert_eq!(count(line)["the"], 2);
    assert_eq!(first(line), Ok("the"));
}

#[test]
fn refuses_nothing() {
    let error = first("").unwrap_err();
    assert_eq!(error, ParseError::Empty);
    assert!(matches!(error, ParseError::Empty));
}

#[test]
fn is_close() {
    let value = words::ratio(2, 3);
    assert_relative_eq!(value, 0.6667, epsilon = 1e-3);
    if value > 1.0 {
        panic!("larger than one: {value}");
    }
}
`;

export const base = {
  'src/lib.rs': libCode + libTests,
  'tests/lines.rs': integrationTest,
  'Cargo.toml':
    '[package]\nname = "words"\nversion = "0.1.0"\n\n[dependencies]\nserde = "1"\n\n[lints.clippy]\nunwrap_used = "deny"\n',
  'Cargo.lock': '[[package]]\nname = "serde"\nversion = "1.0.0"\nsource = "registry"\nchecksum = "one"\n',
  'clippy.toml': 'msrv = "1.80"\n',
  'README.md': '# Words\n',
};
