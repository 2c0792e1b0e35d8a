//! What an estimate and its variance say, if chance is normal: an interval and a p value.

/// Standard errors on either side of an estimate that hold 95 % of a normal distribution.
const WIDTH: f64 = 1.959_963_984_540_054;

/// The 95 % interval around an estimate.
pub(super) fn interval(estimate: f64, variance: f64) -> [f64; 2] {
    let width = WIDTH * variance.sqrt();
    [estimate - width, estimate + width]
}

/// How often chance alone would bring an estimate at least as far from zero, on either side.
///
/// Without any variance an estimate of zero says nothing (1) and every other one everything (0).
pub(super) fn p_value(estimate: f64, variance: f64) -> f64 {
    if estimate == 0.0 {
        return 1.0;
    }
    libm::erfc(estimate.abs() / variance.sqrt() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::{interval, p_value};

    #[test]
    fn two_standard_errors_are_rare_and_none_is_common() {
        assert!((p_value(1.959_963_984_540_054, 1.0) - 0.05).abs() < 1e-12);
        assert_eq!([p_value(0.0, 1.0), p_value(0.0, 0.0), p_value(0.1, 0.0)], [1.0, 1.0, 0.0]);
        assert!((interval(1.0, 0.25)[0] - 0.020_018).abs() < 1e-6);
    }
}
