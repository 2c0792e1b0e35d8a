//! Text that becomes a page or Markdown.
//!
//! [`Escaped`] makes any text harmless in HTML, [`prose`] and [`code`] in Markdown; [`fill`] puts values at a
//! template's marks. They know no model.

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
            c if c.is_control() => f.write_char(' '),
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

/// A text as Markdown that shows it as it is: nothing in it marks up, opens a tag or ends the line.
pub(super) fn prose(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| characters.get(at)).is_some_and(|c| c.is_alphanumeric())
    };
    let mut markdown = String::with_capacity(text.len());
    for (at, &c) in characters.iter().enumerate() {
        match c {
            // Within a word an underscore is one.
            '_' if is_word(at.checked_sub(1)) && is_word(Some(at + 1)) => markdown.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => markdown.extend(['\\', c]),
            '<' => markdown.push_str("&lt;"),
            '&' => markdown.push_str("&amp;"),
            c if c.is_control() => markdown.push(' '),
            c => markdown.push(c),
        }
    }
    markdown
}

/// A text as code within a line or a table's cell, whatever backticks are in it.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::{Escaped, code, fill, prose};

    #[test]
    fn hostile_text_is_harmless() {
        assert_eq!(
            Escaped("<script>alert('&\"')</script>\u{7}").to_string(),
            "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt; "
        );
        assert_eq!(
            prose("<b>|*x* [a](javascript:b) snake_case _em_\n# h"),
            "&lt;b>\\|\\*x\\* \\[a\\](javascript:b) snake_case \\_em\\_ \\# h"
        );
        assert_eq!([code("a|b"), code("`x``y")], ["`a\\|b`", "``` `x``y ```"]);
    }

    #[test]
    fn marks_are_filled_once() {
        assert_eq!(fill("a {{x}} b", |_| "{{x}}".to_owned()), "a {{x}} b");
    }
}
