//! The map of addresses: Locust's, and ours.

use actix_web::http::header::{ALLOW, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse, Resource};

use super::guard::{own, say};
use super::shared::Shared;
use super::{assets, control, download, events, login, numbers, parts, swarm};

/// Adds all routes below the page's path.
pub(super) fn mount(app: &mut ServiceConfig, shared: &Data<Shared>) {
    app.app_data(shared.clone());
    if !shared.base.is_empty() {
        // Addresses in the page are relative to its own, which therefore ends with a slash.
        app.service(at(&shared.base, "GET").route(get().to(into_base)));
    }
    app.service(
        web::scope(&shared.base)
            .configure(page)
            .configure(locust)
            .configure(files)
            .default_service(web::to(unknown)),
    );
    app.default_service(web::to(unknown));
}

/// What our own page asks for.
fn page(app: &mut ServiceConfig) {
    app.service(at("/", "GET").route(get().to(assets::index)))
        .service(at("/assets/{file}", "GET").route(get().to(assets::asset)))
        .service(at("/events", "GET").route(get().to(events::events)))
        .service(at("/parts/{name}", "GET").route(get().to(parts::fragment)))
        .service(
            at("/login", "GET, POST").route(get().to(login::form)).route(post().to(login::enter)),
        );
}

/// What scripts that were written for Locust ask for.
fn locust(app: &mut ServiceConfig) {
    app.service(at("/swarm", "POST").route(post().to(swarm::swarm)))
        .service(
            at("/stop", "GET, POST")
                .route(get().to(control::stop))
                .route(post().to(control::stop))
                .wrap(from_fn(own)),
        )
        .service(
            at("/stats/reset", "GET, POST")
                .route(get().to(control::reset))
                .route(post().to(control::reset))
                .wrap(from_fn(own)),
        )
        .service(at("/stats/requests", "GET").route(get().to(numbers::requests)))
        .service(at("/exceptions", "GET").route(get().to(numbers::exceptions)))
        .service(at("/tasks", "GET").route(get().to(numbers::tasks)))
        .service(at("/logs", "GET").route(get().to(numbers::logs)))
        .service(at("/worker-count", "GET").route(get().to(numbers::worker_count)))
        .service(at("/user", "POST").route(post().to(user)));
}

/// What is saved as files.
fn files(app: &mut ServiceConfig) {
    let history = "/stats/requests_full_history/csv";
    app.service(at("/stats/requests/csv", "GET").route(get().to(download::requests)))
        .service(at(history, "GET").route(get().to(download::history)))
        .service(at("/stats/failures/csv", "GET").route(get().to(download::failures)))
        .service(at("/exceptions/csv", "GET").route(get().to(download::exceptions)))
        .service(at("/stats/report", "GET").route(get().to(download::report)))
        .service(at("/stats/json", "GET").route(get().to(download::twin)))
        .service(at("/stats/hdr", "GET").route(get().to(download::hdr)));
}

/// An address, and how it may be asked; any other way is refused as Locust does.
fn at(path: &str, methods: &'static str) -> Resource {
    web::resource(path.to_owned()).default_service(web::to(move || async move {
        let mut answer = HttpResponse::MethodNotAllowed();
        answer.insert_header((ALLOW, methods));
        say(answer, &format!("This address is asked by {methods}."))
    }))
}

async fn into_base(request: HttpRequest) -> HttpResponse {
    let path = format!("{}/", request.path());
    HttpResponse::PermanentRedirect().insert_header((LOCATION, path)).finish()
}

/// Locust changes the code of a user class here; ours are data.
async fn user() -> HttpResponse {
    say(
        HttpResponse::NotImplemented(),
        "Users cannot be changed from outside: they are what the scenario says. Start lead-loadgen with another --scenario.",
    )
}

async fn unknown() -> HttpResponse {
    say(
        HttpResponse::NotFound(),
        "There is nothing at this address; docs/LIVE_PAGE.md lists what there is.",
    )
}
