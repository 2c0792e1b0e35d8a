//! How an endpoint may be called: the methods it takes, and what happens on every other path and method.
//!
//! [`get`] answers HEAD as well; both constructors answer other methods with 405 and an `Allow` header, and label the
//! request with their [`Route`]. What an endpoint answers is its handler's business.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder,
    guard::{Any, Get, Head},
    http::header::LOCATION,
    web,
};

use crate::{error::ApiError, route::Route};

/// An endpoint for GET and HEAD.
pub(super) fn get<F, A>(path: &str, route: Route, handler: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .app_data(route)
        .route(web::route().guard(Any(Get()).or(Head())).to(handler))
        .default_service(web::to(|| async { refused("GET, HEAD") }))
}

/// An endpoint for POST.
pub(super) fn post<F, A>(path: &str, route: Route, handler: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .app_data(route)
        .route(web::post().to(handler))
        .default_service(web::to(|| async { refused("POST") }))
}

/// Every other path: 404, or 307 where only a slash at the end is too many.
pub(super) async fn unmatched(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path();
    match path.strip_suffix('/') {
        Some(shorter) if request.resource_map().has_resource(shorter) => {
            let query = request.query_string();
            let mark = if query.is_empty() { "" } else { "?" };
            let location = format!("{shorter}{mark}{query}");
            Ok(HttpResponse::TemporaryRedirect().insert_header((LOCATION, location)).finish())
        }
        _ => Err(ApiError::NotFound),
    }
}

/// The answer to a method that an endpoint does not take.
pub(super) fn refused(allow: &'static str) -> Result<HttpResponse, ApiError> {
    Err(ApiError::MethodNotAllowed { allow })
}
