//! How an endpoint may be called: the methods it takes, and what happens on every other path and method.
//!
//! [`get`] answers HEAD as well; both constructors answer other methods with 405 and an `Allow` header, and label the
//! request with their [`Route`]. A handler that panics fails its own request and no other. What an endpoint answers is its
//! handler's business.

use std::{panic::AssertUnwindSafe, thread};

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder,
    guard::{Guard, fn_guard},
    http::{Method, header::LOCATION},
    web,
};
use futures_util::future::{CatchUnwind, FutureExt, Map};

use crate::{
    error::{ApiError, InternalError},
    route::Route,
};

/// An endpoint for GET and HEAD.
pub(super) fn get<F, A>(path: &str, route: Route, handler: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .app_data(route)
        .route(web::route().guard(only([Method::GET, Method::HEAD])).to(Caught(handler)))
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
        .route(web::route().guard(only([Method::POST])).to(Caught(handler)))
        .default_service(web::to(|| async { refused("POST") }))
}

/// Lets these methods through.
///
/// The guards of actix note in the request which methods were tried, for a 405 of its own that is never asked for here;
/// that would cost three allocations a request.
fn only<const N: usize>(methods: [Method; N]) -> impl Guard {
    fn_guard(move |context| methods.contains(&context.head().method))
}

/// A handler whose panic becomes an error of its request, which is then counted, logged and answered like any other.
#[derive(Clone)]
struct Caught<F>(F);

impl<F, A> Handler<A> for Caught<F>
where
    F: Handler<A>,
{
    type Output = Result<F::Output, ApiError>;
    type Future = Map<
        CatchUnwind<AssertUnwindSafe<F::Future>>,
        fn(thread::Result<F::Output>) -> Self::Output,
    >;

    fn call(&self, arguments: A) -> Self::Future {
        // What the handler leaves half done is dropped with its future.
        AssertUnwindSafe(self.0.call(arguments))
            .catch_unwind()
            .map(|end| end.map_err(|_| InternalError::Panicked.into()))
    }
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

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        body::to_bytes,
        dev::Service,
        test::{TestRequest, init_service},
    };

    use super::{get, post};
    use crate::{observe::Observe, route::Route, state::Shared};

    async fn panicking() -> &'static str {
        panic!("secret text of a panic")
    }

    #[actix_web::test]
    async fn a_handler_that_panics_fails_its_request_under_its_own_route() {
        let state = Shared::of_test(&[]);
        let app = App::new()
            .service(get("/health", Route::Health, panicking))
            .service(post("/score", Route::Score, panicking))
            .wrap(Observe::new(state.clone()));
        let app = init_service(app).await;
        for request in [TestRequest::get().uri("/health"), TestRequest::post().uri("/score")] {
            let answer = app.call(request.to_request()).await.expect("an answer");
            assert_eq!(answer.status(), 500);
            let body = to_bytes(answer.into_body()).await.expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("UTF-8");
            assert!(body.contains("\"type\":\"/docs#internal\""), "{body}");
            assert!(!body.contains("secret"), "{body}");
        }
        let page =
            String::from_utf8(state.metrics.page(Vec::new()).expect("a page")).expect("UTF-8");
        assert!(page.contains("\nhttp_panics_total 2\n"), "{page}");
        for (endpoint, method) in [("/health", "GET"), ("/api/v1/score", "POST")] {
            let labels = format!(
                r#"endpoint="{endpoint}",exception_type="panic",method="{method}",status="500""#
            );
            assert!(page.contains(&format!("http_errors_total{{{labels}}} 1\n")), "{page}");
        }
    }
}
