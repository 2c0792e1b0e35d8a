//! What the service used at a moment.
//!
//! [`Usage`] is plain data, read from the body of `GET /resources`.

use serde_json::Value;

/// What the service used, over the two seconds in which it looked last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// When it said so, in seconds since the start of the run.
    pub at_s: f32,
    /// Cores that its process kept busy; 1.5 is one and a half.
    pub cores: f32,
    /// Its process's resident memory in mebibytes.
    pub memory_mib: f32,
    /// The share of its machine's CPU that all programs used, 0 to 1.
    pub host: f32,
}

impl Usage {
    /// Reads the body of `/resources`; nothing of anything else.
    pub fn of(body: &Value, at_s: f32) -> Option<Self> {
        let number = |pointer| {
            let number = body.pointer(pointer)?.as_f64()?;
            (number.is_finite() && number >= 0.0).then_some(number)
        };
        Some(Self {
            at_s,
            cores: (number("/process/cpu_percent")? / 100.0) as f32,
            memory_mib: number("/process/memory_mb")? as f32,
            host: (number("/cpu/usage_percent")? / 100.0) as f32,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Usage;

    #[test]
    fn a_usage_is_read_from_the_services_own_form_and_from_no_other() {
        let body = json!({
            "status": "healthy",
            "cpu": {"usage_percent": 62.5, "count": 2},
            "process": {"memory_mb": 48.25, "cpu_percent": 112.0, "threads": 6},
        });
        let expect = Usage { at_s: 7.5, cores: 1.12, memory_mib: 48.25, host: 0.625 };
        assert_eq!(Usage::of(&body, 7.5), Some(expect));
        for other in [
            json!({}),
            json!([1, 2]),
            json!({"process": {"memory_mb": "48", "cpu_percent": 1.0}, "cpu": {"usage_percent": 1}}),
            json!({"process": {"memory_mb": -1.0, "cpu_percent": 1.0}, "cpu": {"usage_percent": 1}}),
        ] {
            assert_eq!(Usage::of(&other, 0.0), None, "{other}");
        }
    }
}
