//! Text that becomes a page.
//!
//! [`Escaped`] makes any text harmless in HTML; [`fill`] puts values at a template's marks. They know no table and no chart.

use std::fmt::{self, Write};

/// A text as it may stand between tags and in quoted attributes.
pub(super) struct Escaped<'t>(pub(super) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            // Other control characters are not allowed in HTML; a server may send them all the same.
            c if c.is_control() && c != '\n' && c != '\t' => f.write_char('\u{fffd}'),
            c => f.write_char(c),
        })
    }
}

/// The template with each `{{mark}}` replaced by its value, in one pass: a mark inside a value stays text.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut page = String::with_capacity(template.len() * 4);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (mark, after) = after.split_once("}}").expect("every mark of the template is closed");
        page.push_str(before);
        page.push_str(&value(mark));
        rest = after;
    }
    page.push_str(rest);
    page
}
