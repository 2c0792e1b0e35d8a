//! The page for people: `GET /` for a browser, and the files it is made of under `/page`.
//!
//! The files are in the program. They load nothing from elsewhere, and the policy that goes with them lets them load
//! nothing from elsewhere. What the page shows, it asks of the API like any client.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue,
        REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
    web::Path,
};

use crate::{error::ApiError, openapi::tag, route::Route};

/// Scripts, styles and questions from this service only; never inside another page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const STYLE: &str = "text/css; charset=utf-8";
pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, media type, and content.
const FILES: [(&str, &str, &str); 7] = [
    ("style.css", STYLE, include_str!("../page/style.css")),
    ("app.js", SCRIPT, include_str!("../page/app.js")),
    ("answer.js", SCRIPT, include_str!("../page/answer.js")),
    ("ask.js", SCRIPT, include_str!("../page/ask.js")),
    ("dom.js", SCRIPT, include_str!("../page/dom.js")),
    ("form.js", SCRIPT, include_str!("../page/form.js")),
    ("model.js", SCRIPT, include_str!("../page/model.js")),
];

/// The page itself.
pub(super) fn page() -> HttpResponse {
    let mut response = guarded(HTML);
    // The same address answers programs in JSON.
    response.insert_header((VARY, HeaderValue::from_static("Accept")));
    response.body(include_str!("../page/index.html"))
}

/// A file of the page.
#[utoipa::path(
    get,
    path = Route::Page.label(),
    operation_id = "getPageFile",
    tag = tag::PAGES,
    params(("file" = String, Path, description = "The name of the file.", example = "style.css")),
    responses((
        status = 200,
        description = "The file.",
        content((String = "text/css"), (String = "text/javascript"))
    )),
)]
pub(super) async fn asset(name: Path<String>) -> Result<HttpResponse, ApiError> {
    let found = FILES.iter().find(|(file, ..)| *file == name.as_str());
    let (_, kind, content) = found.ok_or(ApiError::NotFound)?;
    Ok(guarded(kind).body(*content))
}

/// Whether whoever asks is a browser: programs accept JSON, or anything.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accept = headers.get(actix_web::http::header::ACCEPT);
    accept.and_then(|accept| accept.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"))
}

pub(super) fn guarded(kind: &'static str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(kind)))
        .insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        // A new version of the service has a new page: it is small enough to be asked for each time.
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")));
    response
}
