//! What truly makes a synthetic lead convert.
//!
//! The log-odds are a sum of one term per feature, partly non-linear: humps (company size), saturation (pricing pages),
//! decay (days since the last contact), and steps. Features that are not named here say nothing beyond what they share
//! with the others. Since the truth is additive, a scorecard can come close to it; since labels are drawn, none can be
//! perfect.

use super::world::WIDTH;

/// Log-odds at the origin of all terms, set for a base rate near 20 %.
const INTERCEPT: f64 = -4.6;

/// The true log-odds of a lead, from its values in schema order.
pub(super) fn log_odds(values: &[f64; WIDTH]) -> f64 {
    INTERCEPT
        + firmographics(group(values, 0))
        + engagement(group(values, 10))
        + behavioural(group(values, 25))
        + attribution(group(values, 40))
        + product(group(values, 45))
}

fn group<const N: usize>(values: &[f64; WIDTH], start: usize) -> [f64; N] {
    std::array::from_fn(|offset| values[start + offset])
}

fn firmographics(values: [f64; 10]) -> f64 {
    let [_revenue, employees, _age, funding, growth, technology, tier, _public, parent, _] = values;
    // The product is made for companies of about 200 people.
    let distance = (libm::log(employees) - 5.3) / 1.6;
    -0.25 * distance * distance
        + 0.1 * libm::log1p(funding / 1e6)
        + 0.5 * libm::tanh(3.0 * growth)
        + 0.9 * (technology - 0.5)
        + step(tier, [0.0, 0.25, 0.0, -0.3])
        - 0.2 * parent
}

fn engagement(values: [f64; 15]) -> f64 {
    let [
        visits,
        _pages,
        session,
        bounce,
        pricing,
        demo,
        documentation,
        open,
        click,
        emails,
        whitepapers,
        webinars,
        _social,
        success,
        tickets,
    ] = values;
    // Up to two tickets are a trial at work, many are a trial in trouble.
    let trouble = if tickets > 4.0 { -0.6 } else { 0.12 * tickets.min(2.0) };
    0.3 * libm::log1p(visits)
        + 0.4 * libm::tanh(session / 300.0)
        - 0.7 * bounce
        + 0.7 * saturate(pricing, 2.0)
        + 0.9 * saturate(demo, 1.5)
        + 0.25 * saturate(documentation, 3.0)
        + 0.5 * open
        + 1.2 * click
        // Beyond some thirty emails a lead grows tired of us.
        - 0.5 * saturate((emails - 30.0).max(0.0), 20.0)
        + 0.3 * saturate(whitepapers, 1.5)
        + 0.15 * webinars.min(3.0)
        + 0.1 * success.min(4.0)
        + trouble
}

fn behavioural(values: [f64; 15]) -> f64 {
    let [
        first,
        last,
        touchpoints,
        multi_channel,
        decision_maker,
        champion,
        budget,
        timeline,
        competitor,
        evaluation,
        contract,
        security,
        roi,
        custom_demo,
        _questions,
    ] = values;
    -0.3 * libm::log1p(first / 90.0) - 0.9 * saturate(last, 20.0)
        + 0.2 * libm::log(touchpoints)
        + 0.15 * multi_channel
        + 0.55 * decision_maker
        + 0.5 * champion
        + 0.8 * budget
        + 0.6 * timeline
        - 0.3 * competitor
        + 0.45 * evaluation
        + 0.9 * contract
        + 0.4 * security
        + 0.25 * roi
        + 0.4 * custom_demo
}

fn attribution(values: [f64; 5]) -> f64 {
    let [quality, _credited, paid, referral, event] = values;
    1.0 * (quality - 0.5) - 0.2 * paid + 0.4 * referral + 0.1 * event
}

fn product(values: [f64; 5]) -> f64 {
    let [tier, requests, alignment, integrations, deployment] = values;
    // A good fit counts more the better it is.
    step(tier, [0.0, -0.2, 0.1, 0.2]) + 0.1 * requests.min(3.0) + 2.2 * alignment * alignment
        - 0.08 * integrations.min(6.0)
        + step(deployment, [0.15, 0.0, -0.3, 0.0])
}

/// Rises from 0 towards 1, by two thirds at `scale`.
fn saturate(value: f64, scale: f64) -> f64 {
    1.0 - libm::exp(-value / scale)
}

/// The entry of a category.
fn step(category: f64, points: [f64; 4]) -> f64 {
    points[category as usize]
}
