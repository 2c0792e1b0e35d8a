//! What every page has: the document around its body, its head with the verdict, and its paragraphs.

use super::csp;
use crate::report::escape::markup;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The page with this title, raw, and this body, which is markup.
pub(crate) fn page(title: &str, body: &str) -> String {
    let version = format!("lead-gate {}", env!("CARGO_PKG_VERSION"));
    fill(PAGE, |mark| match mark {
        "policy" => csp::policy(STYLE),
        "style" => STYLE.to_owned(),
        "title" => markup(title),
        "body" => body.to_owned(),
        "version" => version.clone(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

/// What is read first: what it is about, the verdict, what it rests on, and more, which is markup.
pub(crate) fn header(mood: &str, [kicker, head, counts]: [&str; 3], more: &str) -> String {
    let [kicker, head, counts] = [kicker, head, counts].map(markup);
    format!(
        "<header class=\"{mood}\">\n<p class=\"kicker\">{kicker}</p>\n<h1>{head} <span>{counts}</span></h1>\n{more}</header>\n"
    )
}

/// A paragraph of this class.
pub(in crate::report) fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", markup(text))
}

/// The template with each `{{mark}}` replaced, in one pass: a mark inside a value stays text.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, text) = part.split_once("}}").expect("every mark of the template is closed");
        page.push_str(&value(mark));
        page.push_str(text);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{PAGE, csp, fill, page};

    #[test]
    fn the_policy_allows_the_style_that_the_page_has() {
        let page = page("a", "b");
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        assert!(page.contains(&format!("content=\"{}\"", csp::policy(style))));
    }

    #[test]
    fn a_mark_within_a_value_stays_text() {
        assert_eq!(fill("a {{b}} c", |mark| format!("{{{{{mark}}}}}")), "a {{b}} c");
        assert_eq!(PAGE.matches("{{").count(), 5);
    }
}
