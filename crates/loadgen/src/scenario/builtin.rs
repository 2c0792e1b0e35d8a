//! The scenario of the load-testing guide: lead scoring as one table.
//!
//! Weights and think time are those of the guide that Locust users of this service know. It holds data only.

use std::time::Duration;

use super::{Body, Expect, Method, Scenario, Task};

impl Scenario {
    /// Score one lead (weight 10), score 5 to 20 leads at once (2), ask for the model (1), ask for health (1);
    /// 10 to 100 ms of think time after each.
    pub fn lead_scoring() -> Self {
        use Method::{Get, Post};
        let task = |method, path: &str, weight, body, expect| Task {
            method,
            path: path.to_owned(),
            weight,
            body,
            expect,
        };
        Self {
            user_class: "LeadScoringUser".to_owned(),
            tasks: vec![
                task(Post, "/api/v1/score", 10, Body::Lead, Expect::Score),
                task(Post, "/api/v1/score/batch", 2, Body::Batch(5..=20), Expect::Scores),
                task(Get, "/api/v1/model/info", 1, Body::Empty, Expect::Object),
                task(Get, "/health", 1, Body::Empty, Expect::Object),
            ],
            think_time: Duration::from_millis(10)..=Duration::from_millis(100),
        }
    }
}
