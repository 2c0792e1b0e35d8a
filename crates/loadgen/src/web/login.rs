//! The door: `GET /login` asks for the token, `POST /login` trades it for a cookie.

use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use super::assets::login_page;
use super::guard;
use super::sent;
use super::shared::Shared;
use super::token::Refused;

/// The form; whoever needs no token is sent to the page.
pub(super) async fn form(shared: Data<Shared>) -> HttpResponse {
    match shared.lock {
        Some(_) => page(HttpResponse::Ok(), ""),
        None => to_page(&shared, None),
    }
}

/// Takes a token from the form.
pub(super) async fn enter(
    shared: Data<Shared>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let Some(lock) = &shared.lock else { return to_page(&shared, None) };
    let body = match sent::form(&request, payload).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let text = str::from_utf8(&body).unwrap_or_default();
    let fields = Query::<Vec<(String, String)>>::from_query(text).map(Query::into_inner);
    let fields = fields.unwrap_or_default();
    let token = fields.iter().find(|(name, _)| name == "token").map(|(_, token)| token.trim());
    let peer = request.peer_addr().map(|peer| peer.ip());
    match lock.try_token(token.unwrap_or_default(), peer) {
        Ok(()) => to_page(&shared, Some(lock.cookie(&shared.base, shared.is_secure))),
        Err(Refused::Wrong) => page(
            HttpResponse::Unauthorized(),
            "That is not the token. It stands in what lead-loadgen printed when it started.",
        ),
        Err(too_many @ Refused::TooMany(_)) => guard::refused(too_many),
    }
}

fn page(mut answer: HttpResponseBuilder, fault: &'static str) -> HttpResponse {
    answer.content_type("text/html; charset=utf-8").body(login_page(fault))
}

fn to_page(shared: &Shared, cookie: Option<String>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, format!("{}/", shared.base)));
    cookie.into_iter().for_each(|cookie| {
        answer.insert_header((SET_COOKIE, cookie));
    });
    answer.finish()
}
