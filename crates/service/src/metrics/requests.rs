//! Requests counted by method, endpoint and status.
//!
//! [`Requests`] keeps a table of resolved handles, one cell per route and method, filled when the cell is first used.
//! After that a request costs its additions and no look-up, and labels can only take the values of the table.

use std::{sync::OnceLock, time::Duration};

use actix_web::http::{Method, StatusCode};
use prometheus::{IntCounter, IntGauge};

use super::{catalog::Catalog, histogram::Histogram};
use crate::route::Route;

/// Methods with a label of their own; all others share `OTHER`, because a method may be any word.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "OTHER"];

/// Statuses that the service answers by itself, each with a resolved counter.
const STATUSES: [u16; 16] =
    [200, 204, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503];

/// The name under which a panic is counted among the problems; on the wire it is `internal`.
pub(crate) const PANIC: &str = "panic";

/// What is known about a request once it is answered.
#[derive(Debug)]
pub(crate) struct Answered<'a> {
    pub(crate) route: Route,
    pub(crate) method: &'a Method,
    pub(crate) status: StatusCode,
    pub(crate) duration: Duration,
    pub(crate) request_bytes: u64,
    pub(crate) response_bytes: u64,
    /// The problem's name, when the answer is one.
    pub(crate) problem: Option<&'static str>,
}

/// The `http_*` metrics.
#[derive(Debug)]
pub(crate) struct Requests {
    catalog: Catalog,
    cells: [[OnceLock<Cell>; METHODS.len()]; Route::COUNT],
}

/// The handles of one route and method.
#[derive(Debug)]
struct Cell {
    duration: Histogram,
    request_size: Histogram,
    response_size: Histogram,
    by_status: [OnceLock<IntCounter>; STATUSES.len()],
}

impl Requests {
    pub(super) fn new(catalog: Catalog) -> Self {
        // Series that an alert watches must be there before the first failure, or its rate is never seen to rise.
        for route in [Route::Score, Route::Batch, Route::Stream] {
            catalog.http_errors.with_label_values(&["POST", route.label(), "500", "internal"]);
        }
        Self { catalog, cells: Default::default() }
    }

    /// Requests in flight.
    pub(crate) fn active(&self) -> &IntGauge {
        &self.catalog.http_active
    }

    /// Counts one answered request.
    pub(crate) fn observe(&self, answered: &Answered<'_>) {
        let (cell, labels) = self.cell(answered.route, answered.method);
        cell.duration.observe(answered.duration.as_secs_f64());
        if !answered.is_stream() {
            cell.observe_sizes(answered.request_bytes, answered.response_bytes);
        }
        self.count_status(cell, &labels, answered.status);
        if answered.status.is_server_error() {
            let [method, endpoint] = labels;
            let problem = answered.problem.unwrap_or("none");
            if problem == PANIC {
                self.catalog.http_panics.inc();
            }
            self.catalog
                .http_errors
                .with_label_values(&[method, endpoint, answered.status.as_str(), problem])
                .inc();
        }
    }

    /// Adds the sizes of a stream, which are known at its end only.
    pub(crate) fn observe_stream(&self, request_bytes: u64, response_bytes: u64) {
        self.cell(Route::Stream, &Method::POST).0.observe_sizes(request_bytes, response_bytes);
    }

    fn count_status(&self, cell: &Cell, [method, endpoint]: &[&str; 2], status: StatusCode) {
        let counter =
            || self.catalog.http_requests.with_label_values(&[method, endpoint, status.as_str()]);
        match STATUSES.iter().position(|known| *known == status.as_u16()) {
            Some(index) => cell.by_status[index].get_or_init(counter).inc(),
            None => counter().inc(),
        }
    }

    /// The handles of a route and method, and their labels.
    fn cell(&self, route: Route, method: &Method) -> (&Cell, [&'static str; 2]) {
        let column = column_of(method);
        let labels = [METHODS[column], route.label()];
        let cell = self.cells[route as usize][column].get_or_init(|| Cell {
            duration: self.catalog.http_request_duration.with_label_values(&labels),
            request_size: self.catalog.http_request_size.with_label_values(&labels),
            response_size: self.catalog.http_response_size.with_label_values(&labels),
            by_status: Default::default(),
        });
        (cell, labels)
    }
}

impl Answered<'_> {
    /// Whether the answer is a stream, which has begun but not ended.
    fn is_stream(&self) -> bool {
        self.route == Route::Stream && self.status == StatusCode::OK
    }
}

impl Cell {
    fn observe_sizes(&self, request_bytes: u64, response_bytes: u64) {
        self.request_size.observe(request_bytes as f64);
        self.response_size.observe(response_bytes as f64);
    }
}

fn column_of(method: &Method) -> usize {
    let others = METHODS.len() - 1;
    METHODS[..others].iter().position(|known| *known == method.as_str()).unwrap_or(others)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::{Method, StatusCode};

    use crate::{
        metrics::{Answered, Metrics, dropped_log_lines, suppressed_log_lines},
        route::Route,
    };

    fn page_after(method: &Method, status: u16, duration: Duration) -> String {
        let log_lines = [&dropped_log_lines(), &suppressed_log_lines()];
        let metrics = Metrics::new(log_lines, "host").expect("a fresh registry");
        metrics.requests.observe(&Answered {
            route: Route::Score,
            method,
            status: StatusCode::from_u16(status).expect("a status"),
            duration,
            request_bytes: 1_300,
            response_bytes: 230,
            problem: None,
        });
        String::from_utf8(metrics.page(Vec::new()).expect("a page")).expect("UTF-8")
    }

    #[test]
    fn three_hundred_microseconds_are_not_read_as_zero() {
        let page = page_after(&Method::POST, 200, Duration::from_micros(300));
        let labels = r#"{endpoint="/api/v1/score",method="POST""#;
        assert!(
            page.contains(&format!("http_request_duration_seconds_sum{labels}}} 0.0003\n")),
            "{page}"
        );
        assert!(page.contains(&format!(
            "http_request_duration_seconds_bucket{labels},le=\"0.00025\"}} 0\n"
        )));
        assert!(page.contains(&format!(
            "http_request_duration_seconds_bucket{labels},le=\"0.0005\"}} 1\n"
        )));
    }

    #[test]
    fn a_made_up_method_shares_the_label_of_all_others() {
        let page = page_after(&Method::from_bytes(b"BREW").expect("a token"), 405, Duration::ZERO);
        assert!(page.contains(r#"method="OTHER",status="405"} 1"#), "{page}");
        assert!(!page.contains("BREW"));
    }

    #[test]
    fn a_status_outside_the_table_is_counted_all_the_same() {
        let page = page_after(&Method::GET, 418, Duration::ZERO);
        assert!(page.contains(r#"method="GET",status="418"} 1"#), "{page}");
    }
}
