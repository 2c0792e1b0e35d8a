//! `GET /docs`: the description of this API, as Markdown for programs, as a page for people.
//!
//! The Markdown is the document that stands in the repository. The page is Swagger UI, which reads `/openapi.json`, and
//! below it what that document says of each error, because every problem's `type` points here. It loads nothing from
//! elsewhere, by a policy as strict as that of [`page`].

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY},
    web::{Bytes, Path},
};

use super::page::{self, HTML, SCRIPT, STYLE};
use crate::{error::ApiError, openapi::tag, route::Route};

const MARKDOWN: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");

/// `docs/API.md`.
const DOCUMENT: &str = include_str!("../../../../docs/API.md");

/// Name, media type, and content; what is packed by gzip is known by its size.
const FILES: [(&str, &str, File); 4] = [
    ("docs.css", STYLE, File::Plain(include_str!("../docs/docs.css"))),
    ("docs.js", SCRIPT, File::Plain(include_str!("../docs/docs.js"))),
    (
        "swagger-ui.css",
        STYLE,
        File::Gzip(include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css.gz"))),
    ),
    (
        "swagger-ui-bundle.js",
        SCRIPT,
        File::Gzip(include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js.gz"))),
    ),
];

/// A file as the program holds it.
#[derive(Clone, Copy)]
enum File {
    Plain(&'static str),
    Gzip(&'static [u8]),
}

/// The page, with the errors in their place; made when a browser asks for the first time.
static PAGE: LazyLock<Bytes> = LazyLock::new(|| {
    include_str!("../docs/index.html").replace("<!-- errors -->", &errors(DOCUMENT)).into()
});

/// The API in words; for a browser a page to try it.
#[utoipa::path(
    get,
    path = Route::Docs.label(),
    operation_id = "getDocs",
    tag = tag::PAGES,
    responses((
        status = 200,
        description = "The document.",
        content((String = "text/markdown"), (String = "text/html"))
    )),
)]
pub(super) async fn docs(request: HttpRequest) -> HttpResponse {
    let vary = (VARY, HeaderValue::from_static("Accept"));
    if page::is_wanted(request.headers()) {
        return page::guarded(HTML).insert_header(vary).body(PAGE.clone());
    }
    HttpResponse::Ok().insert_header((CONTENT_TYPE, MARKDOWN)).insert_header(vary).body(DOCUMENT)
}

/// A file of that page.
///
/// Swagger UI's files are sent packed by gzip to everyone: it is how they are kept, and what every browser takes.
#[utoipa::path(
    get,
    path = Route::DocsFile.label(),
    operation_id = "getDocsFile",
    tag = tag::PAGES,
    params(("file" = String, Path, description = "The name of the file.", example = "docs.css")),
    responses((
        status = 200,
        description = "The file.",
        content((String = "text/css"), (String = "text/javascript"))
    )),
)]
pub(super) async fn asset(name: Path<String>) -> Result<HttpResponse, ApiError> {
    let found = FILES.iter().find(|(file, ..)| *file == name.as_str());
    let (_, kind, content) = found.ok_or(ApiError::NotFound)?;
    let mut response = page::guarded(kind);
    Ok(match *content {
        File::Plain(text) => response.body(text),
        File::Gzip(bytes) => {
            let encoding = (CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.insert_header(encoding).body(bytes)
        }
    })
}

/// What the document says under each heading of the fourth level, as HTML with that heading as its anchor.
fn errors(document: &str) -> String {
    let mut html = String::new();
    for section in document.split("\n#### ").skip(1) {
        let (name, rest) = section.split_once('\n').unwrap_or((section, ""));
        let text = rest.split("\n#").next().unwrap_or_default().trim();
        html += &format!(
            "<dt id=\"{name}\"><a href=\"#{name}\">{name}</a></dt><dd>{}</dd>\n",
            spans(text)
        );
    }
    html
}

/// Text between backticks as code, nothing as markup.
fn spans(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let spans = escaped.split('`').enumerate().map(|(position, span)| match position % 2 {
        0 => span.to_owned(),
        _ => format!("<code>{span}</code>"),
    });
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::errors;

    #[test]
    fn each_error_becomes_an_entry_with_its_name_as_the_anchor() {
        let document = "# API\n\n#### too-odd\n\n401. Not `<b>` & not even.\n\n#### last\n\n500.\n\n## Next\n\n`x`";
        let page = errors(document);
        assert_eq!(
            page,
            "<dt id=\"too-odd\"><a href=\"#too-odd\">too-odd</a></dt>\
             <dd>401. Not <code>&lt;b&gt;</code> &amp; not even.</dd>\n\
             <dt id=\"last\"><a href=\"#last\">last</a></dt><dd>500.</dd>\n"
        );
    }
}
