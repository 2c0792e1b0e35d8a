//! The files that the page is made of. They are in the program.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::web::Path;

use super::guard::say;
use crate::report::style;

const PAGE: &str = include_str!("assets/index.html");
const LOGIN: &str = include_str!("assets/login.html");
const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// The live page.
pub(super) async fn index() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE)
}

/// A file of the page; the report's style is what its parts are shown in.
pub(super) async fn asset(name: Path<String>) -> HttpResponse {
    let (kind, text) = match name.as_str() {
        "page.css" => ("text/css; charset=utf-8", STYLE),
        "report.css" => ("text/css; charset=utf-8", style()),
        "page.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return say(HttpResponse::NotFound(), "There is no such file."),
    };
    HttpResponse::Ok()
        .content_type(kind)
        // Another version of the program has another page.
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .body(text)
}

/// The form that asks for the token, with what was wrong with the last one: one of our own sentences.
pub(super) fn login_page(fault: &'static str) -> String {
    LOGIN.replace("{{fault}}", fault)
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, STYLE};
    use crate::report::style;

    #[test]
    fn the_switch_of_colours_finds_every_rule_for_the_dark() {
        let (_, rest) = SCRIPT.split_once("const DARK = \"").unwrap();
        let (query, _) = rest.split_once('"').unwrap();
        for sheet in [STYLE, style()] {
            let found = sheet.matches(&format!("@media {query} {{")).count();
            assert!(found > 0 && found == sheet.matches("prefers-color-scheme").count(), "{query}");
        }
    }
}
