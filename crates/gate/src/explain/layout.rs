//! Paragraphs with their names in a column of their own.

/// As wide as a terminal that shows two windows side by side.
const WIDTH: usize = 100;

/// Room for the longest name, and two spaces.
const INDENT: usize = 10;

/// A paragraph that begins with its name; the lines below stand under the text.
pub(super) fn paragraph(name: &str, text: &str) -> String {
    let mut lines = vec![format!("{name:INDENT$}")];
    let mut is_fresh = true;
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a first line");
        if !is_fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{:INDENT$}{word}", ""));
            continue;
        }
        if !is_fresh {
            line.push(' ');
        }
        line.push_str(word);
        is_fresh = false;
    }
    lines.join("\n") + "\n"
}
