//! Before any route: is this request meant for us, does it come from our own page or a program, and may whoever sends it?
//!
//! [`watch`] wraps the whole application. Names and origins are `names`', the token is `token`'s.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT, AUTHORIZATION, COOKIE, HOST, HeaderName, LOCATION, ORIGIN, REFERER, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, HttpResponseBuilder};

use super::headers;
use super::names::{Source, is_foreign};
use super::shared::Shared;
use super::token::Refused;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through, or answers in the routes' place.
pub(super) async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = match refusal(&request) {
        Some(refusal) => request.into_response(refusal),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    headers::guard(answer.headers_mut());
    Ok(answer)
}

/// The answer to a request that goes no further.
fn refusal(request: &ServiceRequest) -> Option<HttpResponse> {
    let shared = request.app_data::<Data<Shared>>().expect("the application has its state");
    let Some(host) = host(request).filter(|host| shared.names.allow(host)) else {
        return Some(say(
            HttpResponse::MisdirectedRequest(),
            "This page does not go by that name. Open it by the address that lead-loadgen printed, or start lead-loadgen with \
             --web-host-display-name and the name that you use.",
        ));
    };
    let path = request.uri().path().strip_prefix(&*shared.base).unwrap_or_default();
    let is_safe = request.method() == Method::GET || request.method() == Method::HEAD;
    // A link may lead to the page. All else costs what the load needs: another site could ask for reports without end.
    let is_entrance = is_safe && matches!(path, "" | "/" | "/login");
    if !is_entrance && is_foreign(source(request), host) {
        return Some(foreign());
    }
    // What needs no token: the form that asks for it, and what it looks like. No other address begins or is written so.
    if path == "/login" || path.starts_with("/assets/") { None } else { locked(request, shared) }
}

/// Wraps addresses that change something although they may be asked by GET, as in older versions of Locust: another site's
/// page could load them as a picture.
pub(super) async fn own(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Whom it is meant for was looked at on the way here.
    let is_ours = host(&request).is_some_and(|host| !is_foreign(source(&request), host));
    match is_ours {
        true => Ok(next.call(request).await?.map_into_boxed_body()),
        false => Ok(request.into_response(foreign())),
    }
}

fn foreign() -> HttpResponse {
    let sentence = "Only the page itself and programs may do this, not a page of another site.";
    say(HttpResponse::Forbidden(), sentence)
}

/// The answer to a request without the token, where one is needed.
fn locked(request: &ServiceRequest, shared: &Shared) -> Option<HttpResponse> {
    let lock = shared.lock.as_ref()?;
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    if cookies.any(|cookies| lock.knows(cookies)) {
        return None;
    }
    if let Some(token) = text(AUTHORIZATION).and_then(bearer) {
        let peer = request.peer_addr().map(|peer| peer.ip());
        return lock.try_token(token, peer).err().map(refused);
    }
    let is_browser = text(ACCEPT).is_some_and(|kinds| kinds.contains("text/html"));
    if is_browser && request.method() == Method::GET {
        let login = format!("{}/login", shared.base);
        return Some(HttpResponse::SeeOther().insert_header((LOCATION, login)).finish());
    }
    Some(refused(Refused::Wrong))
}

/// What is said to a wrong token, or to none.
pub(super) fn refused(why: Refused) -> HttpResponse {
    match why {
        Refused::Wrong => {
            let mut answer = HttpResponse::Unauthorized();
            answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
            say(
                answer,
                "Show the token that lead-loadgen printed: Authorization: Bearer TOKEN, or the form at login.",
            )
        }
        Refused::TooMany(wait) => {
            let mut answer = HttpResponse::build(StatusCode::TOO_MANY_REQUESTS);
            answer.insert_header((RETRY_AFTER, (wait.as_secs() + 1).to_string()));
            say(answer, "Too many wrong tokens came from your address; wait a minute.")
        }
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whom the request is meant for; nothing where it says so twice, or not at all.
fn host(request: &ServiceRequest) -> Option<&str> {
    let mut hosts = request.headers().get_all(HOST);
    let (header, more) = (hosts.next().map(|host| host.to_str()), hosts.next());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    match (header, authority) {
        (Some(Ok(header)), None) if more.is_none() => Some(header),
        (Some(Ok(header)), Some(authority)) if more.is_none() => {
            (header == authority).then_some(header)
        }
        (None, Some(authority)) => Some(authority),
        _ => None,
    }
}

fn source(request: &ServiceRequest) -> Source<'_> {
    // What cannot be read is nobody's we know.
    let text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    Source { origin: text(ORIGIN), site: text(SITE), referer: text(REFERER) }
}

/// A sentence as plain text.
pub(super) fn say(mut answer: HttpResponseBuilder, sentence: &str) -> HttpResponse {
    answer.content_type("text/plain; charset=utf-8").body(format!("{sentence}\n"))
}
