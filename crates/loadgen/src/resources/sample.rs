//! What the service used at a moment, as it tells at `/resources`.
//!
//! [`ResourceSample`] is one look: plain data. Who asks, and how often, is not decided here.

use serde_json::Value;

/// What the contract calls a megabyte.
const MEBIBYTE: f64 = 1_048_576.0;

/// One look at what the service uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResourceSample {
    /// When, in seconds since the start of the run.
    pub at_s: f64,
    /// CPU in percent of one core, since the look before; nothing where the service does not tell.
    pub cpu_percent: Option<f64>,
    /// Resident memory in bytes; nothing where the service does not tell.
    pub memory_bytes: Option<u64>,
}

impl ResourceSample {
    /// Reads the body of `/resources`; nothing of a body that tells neither.
    pub fn of(body: &Value, at_s: f64) -> Option<Self> {
        let number = |pointer| {
            let number = body.pointer(pointer)?.as_f64()?;
            (number.is_finite() && number >= 0.0).then_some(number)
        };
        let cpu_percent = number("/process/cpu_percent");
        let memory_bytes = number("/process/memory_mb").map(|mb| (mb * MEBIBYTE).round() as u64);
        let tells = cpu_percent.is_some() || memory_bytes.is_some();
        tells.then_some(Self { at_s, cpu_percent, memory_bytes })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ResourceSample;

    #[test]
    fn a_sample_is_read_from_the_services_own_form_and_from_no_other() {
        let body = json!({
            "status": "healthy",
            "cpu": {"usage_percent": 62.5, "count": 2},
            "process": {"memory_mb": 48.25, "cpu_percent": 112.0, "threads": 6},
        });
        let expect =
            ResourceSample { at_s: 7.5, cpu_percent: Some(112.0), memory_bytes: Some(50_593_792) };
        assert_eq!(ResourceSample::of(&body, 7.5), Some(expect));
        let half = json!({"process": {"memory_mb": -1.0, "cpu_percent": 3.0}});
        let sample = ResourceSample::of(&half, 0.0).unwrap();
        assert_eq!((sample.cpu_percent, sample.memory_bytes), (Some(3.0), None));
        for other in [json!({}), json!([1, 2]), json!({"process": {"cpu_percent": "1"}})] {
            assert_eq!(ResourceSample::of(&other, 0.0), None, "{other}");
        }
    }
}
