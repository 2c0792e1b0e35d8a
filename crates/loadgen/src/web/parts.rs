//! `GET /parts/NAME`: parts of the report as markup, of the run so far; the page puts them in their places.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::guard::say;
use super::shared::Shared;
use crate::report::{PARTS, part};

/// A part, rendered once a second.
pub(super) async fn fragment(shared: Data<Shared>, name: Path<String>) -> HttpResponse {
    let Some(name) = PARTS.into_iter().find(|known| *known == name.as_str()) else {
        return say(
            HttpResponse::NotFound(),
            &format!("There is no such part; there are {}.", PARTS.join(", ")),
        );
    };
    let markup = shared.once(&format!("part {name}"), |view| {
        let drawn =
            view.account.as_ref().and_then(|account| part(name, account, &view.plan.scenario));
        drawn.unwrap_or_default().into_bytes()
    });
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(markup)
}
