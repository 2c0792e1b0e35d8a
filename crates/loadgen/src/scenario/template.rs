//! Text with places whose values are drawn for each request.
//!
//! [`Template`] is such a text, split beforehand: what stands still, what is drawn, and in which form it is written. Names are
//! looked up by [`Values`](super::Values), which makes templates; drawing is `draw.rs`.

use std::fmt;

use reqwest::header::HeaderValue;
use thiserror::Error;

/// What is wrong with a template, a name or a value, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Flaw(pub(super) String);

/// Text with places whose values are drawn for each request.
///
/// It shows itself as it was written, secrets as their placeholders.
#[derive(Clone, PartialEq)]
pub struct Template {
    source: Box<str>,
    pub(super) pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Clone, PartialEq)]
pub(super) enum Piece {
    /// Stands still.
    Text(Box<str>),
    /// Stands still and is never shown.
    Secret(Box<str>),
    /// Is drawn.
    Drawn(Slot, Form),
}

/// What is drawn, by position in the [`Values`](super::Values) that made the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A whole lead.
    Lead,
    /// Its id.
    LeadId,
    /// Its features as an object.
    LeadFeatures,
    /// One of its features.
    LeadFeature(usize),
    /// Several whole leads as an array.
    Leads,
    /// A column of a feeder's row.
    Column {
        /// Which feeder.
        feeder: usize,
        /// Which column.
        column: usize,
    },
    /// What a generator makes.
    Value(usize),
}

/// How a drawn value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Where JSON has a value: numbers bare, texts in quotes.
    JsonValue,
    /// Within the quotes of a JSON string.
    JsonText,
    /// In a URL or a form: what is not unreserved is percent-encoded.
    Url,
    /// As it is.
    Plain,
}

impl Template {
    pub(super) fn new(source: &str, pieces: Vec<Piece>) -> Self {
        Self { source: source.into(), pieces }
    }

    /// The whole text, where nothing is drawn and nothing is secret.
    pub fn fixed(&self) -> Option<&str> {
        match &self.pieces[..] {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is drawn.
    pub(super) fn is_fixed(&self) -> bool {
        self.slots().next().is_none()
    }

    /// What is drawn, in order.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Drawn(slot, _) => Some(*slot),
            Piece::Text(_) | Piece::Secret(_) => None,
        })
    }

    /// A header's value, where nothing is drawn; marked as sensitive where something is secret.
    pub(super) fn fixed_header(&self) -> Option<HeaderValue> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(still) | Piece::Secret(still) => text.push_str(still),
                Piece::Drawn(..) => return None,
            }
        }
        self.header(&text)
    }

    /// This text as a header's value.
    pub(super) fn header(&self, text: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(text).ok()?;
        value.set_sensitive(self.pieces.iter().any(|piece| matches!(piece, Piece::Secret(_))));
        Some(value)
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self::new(text, vec![Piece::Text(text.into())])
    }
}

impl From<String> for Template {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.source)
    }
}

/// A part of a text as it was written.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// Stands still; `$${` has become `${`.
    Text(String),
    /// The name between `${` and `}`.
    Name(&'t str),
}

/// Splits a text at its placeholders.
pub(super) fn split(text: &str) -> Result<Vec<Part<'_>>, Flaw> {
    let mut parts = Vec::new();
    let mut still = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            still.push_str(&rest[..at - 1]);
            still.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        still.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let Some(end) = inside.find('}') else {
            let begun: String = inside.chars().take(20).collect();
            return Err(Flaw(format!(
                "the placeholder that begins with '${{{begun}' has no closing brace; where the text itself has '${{', write '$${{'"
            )));
        };
        if !still.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut still)));
        }
        parts.push(Part::Name(inside[..end].trim()));
        rest = &inside[end + 1..];
    }
    still.push_str(rest);
    if !still.is_empty() {
        parts.push(Part::Text(still));
    }
    Ok(parts)
}

/// Follows JSON text from piece to piece, to know whether a placeholder stands within a string.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    is_inside: bool,
    is_escaped: bool,
}

impl Quotes {
    pub(super) fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_inside => self.is_escaped = true,
                b'"' => self.is_inside = !self.is_inside,
                _ => {}
            }
        }
    }

    pub(super) fn form(&self) -> Form {
        if self.is_inside { Form::JsonText } else { Form::JsonValue }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, split};

    #[test]
    fn text_is_split_at_placeholders() {
        let text = |text: &str| Part::Text(text.to_owned());
        assert_eq!(
            split("a${b}c${ d }").unwrap(),
            [text("a"), Part::Name("b"), text("c"), Part::Name("d")]
        );
        assert_eq!(split("").unwrap(), []);
        assert_eq!(split("5 $ and {x} and $${y}").unwrap(), [text("5 $ and {x} and ${y}")]);
        assert_eq!(split("$${y}${z}").unwrap(), [text("${y}"), Part::Name("z")]);
        assert!(split("a ${b").unwrap_err().to_string().contains("no closing brace"));
    }
}
