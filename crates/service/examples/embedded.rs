//! An actix application of somebody else that scores leads beside what it does for itself.
//!
//! `cargo run -p lead-service --example embedded` listens on port 8080 of the loopback address, with the committed model
//! and whatever `API_KEYS`, `KEY_FILE`, `MODEL_PATH` and the limits say:
//!
//! - `/` and every unknown path are the host's,
//! - `/crm/api/v1/...` and `/crm/v2/...` are the scoring routes, mounted inside a scope of the host,
//! - `/internal/metrics` is their page for Prometheus, at a path that the host chose.

use std::{error::Error, io};

use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Parser;
use lead_service::{Args, Config, Journal, State, configure, report_events, report_panics};

async fn home() -> HttpResponse {
    HttpResponse::Ok().body("the host's own page")
}

async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound().body("the host's own 404")
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The variables of `docs/API.md`, without flags: the command line is the host's.
    let config = Config::try_from(Args::try_parse_from(["host"])?)?;
    let journal = Journal::start(config.log_level, io::stderr())?;
    report_events(&journal);
    report_panics();
    // Once, and cloned into every worker.
    let state = State::new(&config, journal)?;
    let mounted = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(home))
            .service(web::scope("/crm").configure(|app| configure(app, mounted.clone())))
            .service(mounted.metrics("/internal/metrics"))
            .default_service(web::to(nothing_here))
    });
    server.bind(("127.0.0.1", 8080))?.run().await?;
    web::block(move || state.finish()).await?;
    Ok(())
}
