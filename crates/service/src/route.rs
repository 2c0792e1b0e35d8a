//! The endpoints by name: the label under which each is counted.
//!
//! [`Route`] is attached to the resource that serves it, so a label comes from the route that matched and never from
//! the path that was asked for. Which handler serves which path is said in [`routes`](crate::routes).

/// An endpoint, or [`Route::Unmatched`] for every path that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Root,
    Page,
    Docs,
    DocsFile,
    OpenApi,
    Health,
    Ready,
    Live,
    Status,
    Resources,
    Metrics,
    Score,
    Batch,
    Stream,
    ModelInfo,
    ModelFeatures,
    ModelImportance,
    InferenceServer,
    InferenceLive,
    InferenceReady,
    InferenceModel,
    InferenceModelReady,
    Infer,
    ModelDrift,
    Challenger,
    Promote,
    AdminModels,
    AdminReload,
    AdminActivate,
    AdminRollback,
    Unmatched,
}

impl Route {
    /// How many there are, for tables indexed by `route as usize`.
    pub(crate) const COUNT: usize = Self::Unmatched as usize + 1;

    /// Every endpoint.
    pub(crate) const ENDPOINTS: [Self; Self::COUNT - 1] = [
        Self::Root,
        Self::Page,
        Self::Docs,
        Self::DocsFile,
        Self::OpenApi,
        Self::Health,
        Self::Ready,
        Self::Live,
        Self::Status,
        Self::Resources,
        Self::Metrics,
        Self::Score,
        Self::Batch,
        Self::Stream,
        Self::ModelInfo,
        Self::ModelFeatures,
        Self::ModelImportance,
        Self::InferenceServer,
        Self::InferenceLive,
        Self::InferenceReady,
        Self::InferenceModel,
        Self::InferenceModelReady,
        Self::Infer,
        Self::ModelDrift,
        Self::Challenger,
        Self::Promote,
        Self::AdminModels,
        Self::AdminReload,
        Self::AdminActivate,
        Self::AdminRollback,
    ];

    /// Whether it speaks the Open Inference Protocol, whose failures have a member of their own.
    pub(crate) const fn is_inference(self) -> bool {
        matches!(
            self,
            Self::InferenceServer
                | Self::InferenceLive
                | Self::InferenceReady
                | Self::InferenceModel
                | Self::InferenceModelReady
                | Self::Infer
        )
    }

    /// The path of the endpoint, which is also its label in metrics.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Root => "/",
            Self::Page => "/page/{file}",
            Self::Docs => "/docs",
            Self::DocsFile => "/docs/{file}",
            Self::OpenApi => "/openapi.json",
            Self::Health => "/health",
            Self::Ready => "/health/ready",
            Self::Live => "/health/live",
            Self::Status => "/status",
            Self::Resources => "/resources",
            Self::Metrics => "/metrics",
            Self::Score => "/api/v1/score",
            Self::Batch => "/api/v1/score/batch",
            Self::Stream => "/api/v1/score/stream",
            Self::ModelInfo => "/api/v1/model/info",
            Self::ModelFeatures => "/api/v1/model/features",
            Self::ModelImportance => "/api/v1/model/importance",
            Self::InferenceServer => "/v2",
            Self::InferenceLive => "/v2/health/live",
            Self::InferenceReady => "/v2/health/ready",
            Self::InferenceModel => "/v2/models/{name}",
            Self::InferenceModelReady => "/v2/models/{name}/ready",
            Self::Infer => "/v2/models/{name}/infer",
            Self::ModelDrift => "/api/v1/model/drift",
            Self::Challenger => "/api/v1/admin/challenger",
            Self::Promote => "/api/v1/admin/challenger/promote",
            Self::AdminModels => "/api/v1/admin/models",
            Self::AdminReload => "/api/v1/admin/models/reload",
            Self::AdminActivate => "/api/v1/admin/models/{version}/activate",
            Self::AdminRollback => "/api/v1/admin/models/rollback",
            Self::Unmatched => "unmatched",
        }
    }
}
