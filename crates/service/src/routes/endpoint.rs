//! How an endpoint may be called: the methods it takes, and what happens on every other path and method.
//!
//! [`get`] answers HEAD as well; both constructors answer other methods with 405 and an `Allow` header, and label the
//! request with their [`Route`]. What an endpoint answers is its handler's business.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder,
    guard::{Guard, fn_guard},
    http::{Method, header::LOCATION},
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
        .route(web::route().guard(only([Method::GET, Method::HEAD])).to(handler))
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
        .route(web::route().guard(only([Method::POST])).to(handler))
        .default_service(web::to(|| async { refused("POST") }))
}

/// Lets these methods through.
///
/// The guards of actix note in the request which methods were tried, for a 405 of its own that is never asked for here;
/// that would cost three allocations a request.
fn only<const N: usize>(methods: [Method; N]) -> impl Guard {
    fn_guard(move |context| methods.contains(&context.head().method))
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

fn refused(allow: &'static str) -> Result<HttpResponse, ApiError> {
    Err(ApiError::MethodNotAllowed { allow })
}
