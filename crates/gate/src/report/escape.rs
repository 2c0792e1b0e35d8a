//! Text of unknown origin, made harmless.
//!
//! Endpoint names and error messages come from servers and scripts. A terminal obeys control characters, GitHub
//! Actions obeys lines that begin with `::` (after any spaces) and `##[` anywhere, and Markdown obeys a dozen signs. Each
//! function here takes raw text to one place; no other file prints text it did not write itself. Commands of GitHub Actions
//! are the exception that proves it: [`command_data`] and [`command_property`] are for the one file that gives them.

use std::{borrow::Cow, fmt::Write};

/// Characters that change how the text around them is read in Markdown.
const MARKDOWN: &str = "\\`*_[]<>#|~&@$";

/// Text for one line of a terminal or of a build log.
pub(super) fn line(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push(' '),
            hidden if is_hidden(hidden) => {
                write!(safe, "\\u{{{:x}}}", u32::from(hidden))
                    .expect("writing to a string cannot fail");
            }
            plain => safe.push(plain),
        }
    }
    let safe = safe.replace("##[", "## [");
    match safe.trim_start().strip_prefix("::") {
        Some(rest) => format!(": :{rest}"),
        None => safe,
    }
}

/// Text for a cell of a Markdown table.
pub(crate) fn cell(raw: &str) -> String {
    let raw = line(raw);
    let mut safe = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        // A colon within a word makes a link (`http://`) or a picture (`:bomb:`) of it, `www.` a link too.
        let joins = character == ':' && next.is_some_and(|next| !next.is_whitespace());
        let before = safe.get(safe.len().saturating_sub(3)..);
        let is_host = character == '.' && before.is_some_and(|it| it.eq_ignore_ascii_case("www"));
        if joins || is_host || MARKDOWN.contains(character) {
            safe.push('\\');
        }
        safe.push(character);
        // GitHub looks for people and issues when Markdown's escapes are gone already: a space of no width parts them.
        if matches!(character, '@' | '#') && next.is_some_and(char::is_alphanumeric) {
            safe.push_str("&#8203;");
        }
    }
    safe
}

/// Text between the tags or in a quoted attribute of HTML or XML; what neither may hold is written out or replaced.
pub(crate) fn markup(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for character in line(raw).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // The two characters beyond the control characters that XML 1.0 forbids.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            plain => safe.push(plain),
        }
    }
    safe
}

/// Text for the message of a workflow command.
pub(super) fn command_data(raw: &str) -> String {
    // No line end is left after `line`, but that is its business, and this rule is GitHub's.
    line(raw).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text for the title, or another property, of a workflow command.
pub(super) fn command_property(raw: &str) -> String {
    command_data(raw).replace(':', "%3A").replace(',', "%2C")
}

/// At most `most` characters; what is left out is an ellipsis.
pub(super) fn shortened(raw: &str, most: usize) -> Cow<'_, str> {
    match raw.char_indices().nth(most) {
        None => Cow::Borrowed(raw),
        Some((end, _)) => Cow::Owned(format!("{}…", &raw[..end])),
    }
}

/// A JSON document for a build log: what is hidden, and `##[`, can only stand within strings, where an escape means the
/// same.
pub(super) fn document(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' => safe.push('\n'),
            // All of them lie below U+FFFF, so that one escape is enough.
            hidden if is_hidden(hidden) => {
                write!(safe, "\\u{:04x}", u32::from(hidden))
                    .expect("writing to a string cannot fail");
            }
            plain => safe.push(plain),
        }
    }
    safe.replace("##[", "##\\u005b")
}

/// Control characters, and the marks that reverse or hide what stands beside them ("Trojan Source").
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{cell, document, line, markup};

    #[test]
    fn a_terminal_gets_no_control_characters() {
        assert_eq!(
            line("a\x1b[31mred\x07\r\nb\u{202e}c\u{9b}d"),
            r"a\u{1b}[31mred\u{7}\r\nb\u{202e}c\u{9b}d"
        );
    }

    #[test]
    fn a_build_log_gets_no_commands() {
        assert_eq!(line("::error::pwned"), ": :error::pwned");
        assert_eq!(line("  ::set-env name=x::y"), ": :set-env name=x::y");
        assert_eq!(line("x\n::error::y"), r"x\n::error::y");
        assert_eq!(line("a ##[error]b"), "a ## [error]b");
        assert_eq!(document("{\n\"a\":\"\u{202e}b\"}"), "{\n\"a\":\"\\u202eb\"}");
        assert_eq!(document(r###"{"a":"##[error]"}"###), r###"{"a":"##\u005berror]"}"###);
    }

    #[test]
    fn a_page_gets_no_tags_and_no_character_that_xml_forbids() {
        assert_eq!(
            markup("<a b='c' d=\"e\">&\u{0}\u{b}\u{fffe}\u{ffff}]]>\n"),
            "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;\\u{0}\\u{b}\u{fffd}\u{fffd}]]&gt;\\n"
        );
    }

    #[test]
    fn a_table_cell_gets_no_markdown() {
        assert_eq!(cell("a|b`c<d>[e](f)\n#g"), r"a\|b\`c\<d\>\[e\](f)\\n\#&#8203;g");
        assert_eq!(cell("@all fixes #1, www.x.y"), r"\@&#8203;all fixes \#&#8203;1, www\.x.y");
        assert_eq!(cell("Slowest: http://x :bomb:"), r"Slowest: http\://x \:bomb:");
    }
}
