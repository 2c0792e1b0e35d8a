//! `/v2/...`: the Open Inference Protocol, for clients of `KServe`, Triton and `MLServer`.
//!
//! Health and the description of a model are what the other endpoints tell, in the protocol's words; `infer` scores the
//! rows of a tensor. There is one model at a time: other names and versions are not found.

use std::time::Instant;

use actix_web::{
    HttpResponse, Scope,
    http::{StatusCode, header::ContentType},
    web::{self, Data, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::endpoint::{get, post, unmatched};
use crate::{
    error::{ApiError, InternalError},
    keys::Scope as KeyScope,
    models::Live,
    openapi::tag,
    route::Route,
    scoring,
    state::Shared,
    wire::{Body, INPUT, Inference, InferenceAnswer, OUTPUTS, inferred},
};

/// The endpoints that need no key.
pub(super) fn health() -> Scope {
    web::scope("/v2/health")
        .service(get("/live", Route::InferenceLive, live))
        .service(get("/ready", Route::InferenceReady, ready))
        .default_service(web::to(unmatched))
}

/// The endpoints that do, each with and without a version.
pub(super) fn models() -> Scope {
    web::scope("/v2")
        .service(get("", Route::InferenceServer, server))
        .service(get("/models/{name}", Route::InferenceModel, describe))
        .service(get("/models/{name}/versions/{version}", Route::InferenceModel, describe))
        .service(get("/models/{name}/ready", Route::InferenceModelReady, model_ready))
        .service(get(
            "/models/{name}/versions/{version}/ready",
            Route::InferenceModelReady,
            model_ready,
        ))
        .service(post("/models/{name}/infer", Route::Infer, infer))
        .service(post("/models/{name}/versions/{version}/infer", Route::Infer, infer))
        .default_service(web::to(unmatched))
}

/// What a path names.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
    version: Option<String>,
}

impl Named {
    /// Whether it is the model that is live.
    fn check(&self, model: &Live) -> Result<(), ApiError> {
        let known = self.name == model.scorer.artifact().name
            && self.version.as_ref().is_none_or(|version| version == model.version());
        if known { Ok(()) } else { Err(ApiError::NoSuchModel) }
    }
}

/// Whether the process answers.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceLiveness)]
struct Liveness {
    live: bool,
}

/// Whether requests are wanted.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceReadiness)]
struct Readiness<'a> {
    /// The model that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'a str>,
    ready: bool,
}

/// What serves.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceServer)]
struct Server {
    name: &'static str,
    version: &'static str,
    #[schema(value_type = Vec<String>)]
    extensions: [&'static str; 0],
}

/// What is served, and the tensors that it takes and gives.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceModel)]
struct Description<'a> {
    name: &'a str,
    versions: [&'a str; 1],
    platform: &'static str,
    inputs: [Tensor; 1],
    outputs: Vec<Tensor>,
}

/// A tensor as it is described: -1 stands for as many as are sent.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceTensor)]
struct Tensor {
    name: &'static str,
    datatype: &'static str,
    shape: Vec<i64>,
}

/// Whether the process answers.
#[utoipa::path(
    get,
    path = Route::InferenceLive.label(),
    operation_id = "getInferenceLive",
    tag = tag::INFERENCE,
    responses((status = 200, description = "It does.", body = Liveness)),
)]
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Liveness { live: true })
}

/// Whether the service wants requests.
#[utoipa::path(
    get,
    path = Route::InferenceReady.label(),
    operation_id = "getInferenceReady",
    tag = tag::INFERENCE,
    responses(
        (status = 200, description = "It does.", body = Readiness<'_>),
        (status = 503, description = "It is leaving.", body = Readiness<'_>),
    ),
)]
pub(super) async fn ready(state: Data<Shared>) -> HttpResponse {
    readiness(&state, None)
}

/// Whether the model wants requests.
#[utoipa::path(
    get,
    path = Route::InferenceModelReady.label(),
    operation_id = "getInferenceModelReady",
    tag = tag::INFERENCE,
    params(("name" = String, Path, description = "The name of the live model.")),
    security(("ApiKey" = [KeyScope::Score])),
    responses(
        (status = 200, description = "It does.", body = Readiness<'_>),
        (status = 503, description = "It is leaving, or too busy.", body = Readiness<'_>),
    ),
)]
pub(super) async fn model_ready(
    state: Data<Shared>,
    named: Path<Named>,
) -> Result<HttpResponse, ApiError> {
    named.check(&state.models.current())?;
    Ok(readiness(&state, Some(&named.name)))
}

fn readiness(state: &Shared, name: Option<&str>) -> HttpResponse {
    let ready = !state.is_draining();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(Readiness { name, ready })
}

/// What serves.
#[utoipa::path(
    get,
    path = Route::InferenceServer.label(),
    operation_id = "getInferenceServer",
    tag = tag::INFERENCE,
    security(("ApiKey" = [KeyScope::Score])),
    responses((status = 200, description = "Its name and version.", body = Server)),
)]
pub(super) async fn server() -> HttpResponse {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    HttpResponse::Ok().json(Server { name, version, extensions: [] })
}

/// The tensors that the model takes and gives.
#[utoipa::path(
    get,
    path = Route::InferenceModel.label(),
    operation_id = "getInferenceModel",
    tag = tag::INFERENCE,
    params(("name" = String, Path, description = "The name of the live model.")),
    security(("ApiKey" = [KeyScope::Score])),
    responses((status = 200, description = "Names, types and shapes.", body = Description<'_>)),
)]
pub(super) async fn describe(
    state: Data<Shared>,
    named: Path<Named>,
) -> Result<HttpResponse, ApiError> {
    let model = state.models.current();
    named.check(&model)?;
    let columns = model.scorer.schema().len().cast_signed() as i64;
    let outputs = OUTPUTS.iter().map(|output| Tensor {
        name: output.name(),
        datatype: output.datatype(),
        shape: vec![-1],
    });
    Ok(HttpResponse::Ok().json(Description {
        name: &model.scorer.artifact().name,
        versions: [model.version()],
        platform: "lead-model_scorecard",
        inputs: [Tensor { name: INPUT, datatype: "FP64", shape: vec![-1, columns] }],
        outputs: outputs.collect(),
    }))
}

/// Scores the rows of a tensor.
#[utoipa::path(
    post,
    path = Route::Infer.label(),
    operation_id = "infer",
    tag = tag::INFERENCE,
    params(("name" = String, Path, description = "The name of the live model.")),
    request_body = Inference,
    security(("ApiKey" = [KeyScope::Score])),
    responses((status = 200, description = "What the rows score, in their order.", body = InferenceAnswer<'_>)),
)]
pub(super) async fn infer(
    state: Data<Shared>,
    named: Path<Named>,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    named.check(&state.models.current())?;
    let body = body.read(state.limits.batch_body_bytes).await?;
    let model = state.models.current();
    // Asked again: another model may have taken over while the body came in.
    named.check(&model)?;
    let started = Instant::now();
    let mut request = Inference::parse(&body)?;
    let outputs = request.outputs()?;
    let leads = request.leads(model.scorer.schema(), state.limits.batch_items)?;
    let (scores, _) = scoring::many(&state, &model, &leads, started)?;
    let answer =
        inferred(&model, request.id.as_deref(), &outputs, &scores).map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}
