//! What every answer tells the browser: load nothing from elsewhere, show the page in no other, guess no types.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// The live page: its own files alone, no script or style between its tags, forms that lead back here.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The report: the same file that is saved, with its style inside; it has no script and asks for nothing.
pub(super) const REPORT: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Adds the headers, except where an answer has a policy of its own.
pub(super) fn guard(headers: &mut HeaderMap) {
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(CONTENT_SECURITY_POLICY, PAGE);
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(X_FRAME_OPTIONS, "DENY");
    // With `no-referrer` a browser would send the login form without saying where it comes from.
    add(REFERRER_POLICY, "same-origin");
    add(RESOURCE_POLICY, "same-origin");
    add(OPENER_POLICY, "same-origin");
    add(CACHE_CONTROL, "no-store");
}
