//! How leads come about: two hidden causes, and what follows from them.
//!
//! *Size* drives employees, revenue, funding, and subsidiaries; *intent* drives visits, pricing and demo pages, and, through
//! the *progress* of the sale, its flags. Amounts and counts have heavy right tails, some leads are silent for a whole
//! month, and a lead comes from one source only. The world draws values; what they mean for a conversion is the truth's.

use super::dice::Dice;
use crate::score::logistic;

/// Features of the built-in schema.
pub(super) const WIDTH: usize = 50;

/// What is behind a lead and never seen; standard normal or nearly so.
struct Hidden {
    size: f64,
    intent: f64,
    /// How technology-minded the company is.
    technology: f64,
    /// How far the sale has come: intent, and luck.
    progress: f64,
}

/// Draws the values of one lead, in schema order.
pub(super) fn draw(dice: &mut Dice) -> [f64; WIDTH] {
    let size = dice.normal();
    let intent = dice.normal();
    let technology = dice.normal();
    let progress = 0.8 * intent + 0.6 * dice.normal();
    let hidden = Hidden { size, intent, technology, progress };
    let mut values = [0.0; WIDTH];
    values[..10].copy_from_slice(&firmographics(dice, &hidden));
    values[10..25].copy_from_slice(&engagement(dice, &hidden));
    values[25..40].copy_from_slice(&behavioural(dice, &hidden));
    let total_touchpoints = values[27];
    values[40..45].copy_from_slice(&attribution(dice, total_touchpoints));
    values[45..].copy_from_slice(&product(dice, &hidden));
    values
}

fn firmographics(dice: &mut Dice, hidden: &Hidden) -> [f64; 10] {
    let &Hidden { size, technology, .. } = hidden;
    let employees = libm::exp(4.2 + 1.4 * size).round().clamp(1.0, 500_000.0);
    let revenue = (employees * dice.log_normal(11.6, 0.5)).round();
    let age = places(dice.log_normal(2.1 + 0.25 * size, 0.6).min(160.0), 1);
    let funded = dice.flag(logistic(-0.7 + 0.9 * technology - 0.03 * age));
    let funding = (funded * dice.log_normal(14.6 + 0.5 * size, 1.1)).round();
    // Growth has a heavy upper tail: now and then a young company doubles.
    let surge = dice.flag(0.06) * dice.log_normal(-0.6, 0.6);
    let growth = places((0.09 + 0.14 * dice.normal() + surge).max(-0.9), 3);
    let tech_score = places(logistic(0.2 + 1.1 * technology), 3);
    let tier = 1 + dice.choice([0.5, 0.3, 0.2]);
    let public = dice.flag(logistic(-4.0 + 1.4 * size));
    let parent = dice.flag(logistic(-1.7 + 0.4 * size));
    let subsidiaries = dice.poisson(libm::exp(-1.6 + 0.9 * size).min(200.0));
    [
        revenue,
        employees,
        age,
        funding,
        growth,
        tech_score,
        tier as f64,
        public,
        parent,
        subsidiaries,
    ]
}

fn engagement(dice: &mut Dice, hidden: &Hidden) -> [f64; 15] {
    let &Hidden { intent, technology, .. } = hidden;
    // Holidays: nobody comes to the website for a month, whatever the intent.
    let season = 1.0 - dice.flag(0.12);
    let visits = season * dice.count(1.5 + 0.7 * intent, 0.6);
    let seen = f64::from(u8::from(visits > 0.0));
    let pages = visits + dice.poisson(visits * libm::exp(0.7 + 0.25 * intent));
    let session = places(seen * dice.log_normal(4.7 + 0.3 * intent, 0.55), 1);
    let bounce = places(seen * logistic(-0.4 - 0.55 * intent + 0.8 * dice.normal()), 3);
    let pricing = dice.poisson(seen * libm::exp(-0.6 + 0.75 * intent)).min(pages);
    let demo = dice.poisson(seen * libm::exp(-1.2 + 0.75 * intent)).min(pages);
    let documentation = dice.poisson(seen * libm::exp(0.1 + 0.4 * intent + 0.5 * technology));
    let subscribed = dice.flag(0.8);
    let emails = subscribed * dice.count(2.3, 0.5);
    let received = f64::from(u8::from(emails > 0.0));
    let open = places(received * logistic(-0.8 + 0.45 * intent + 0.7 * dice.normal()), 3);
    let click = places(open * logistic(-1.3 + 0.4 * intent + 0.6 * dice.normal()), 3);
    let whitepapers = dice.poisson(libm::exp(-0.7 + 0.5 * intent));
    let webinars = dice.poisson(libm::exp(-1.3 + 0.5 * intent));
    let social = dice.count(0.3 + 0.25 * intent, 0.9);
    let success = dice.poisson(libm::exp(-1.0 + 0.4 * intent));
    let tickets = dice.count(-1.0 + 0.2 * intent, 0.8);
    [
        visits,
        pages,
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
        social,
        success,
        tickets,
    ]
}

fn behavioural(dice: &mut Dice, hidden: &Hidden) -> [f64; 15] {
    let &Hidden { size, intent, progress, .. } = hidden;
    let first = places(dice.log_normal(4.1, 0.8).clamp(1.0, 2000.0), 1);
    // The stronger the intent, the more recent the last contact.
    let last = places(first * libm::pow(dice.uniform(), libm::exp(0.7 + 0.35 * intent)), 1);
    let touchpoints = 1.0 + dice.count(1.6 + 0.45 * intent, 0.4);
    let multi_channel = dice.flag(logistic(-2.0 + 1.1 * libm::log(touchpoints)));
    let mut stage = |base: f64, pull: f64| dice.flag(logistic(base + pull * progress));
    let decision_maker = stage(-0.9, 1.0);
    let champion = stage(-1.7, 1.1);
    let budget = stage(-1.8, 1.1);
    let timeline = stage(-1.8, 1.0);
    let competitor = stage(-1.0, 0.5);
    let evaluation = stage(-1.8, 1.2);
    // Nobody reviews a contract before somebody has evaluated the product or found the money.
    let contract = stage(-1.6, 1.0) * evaluation.max(budget);
    let security = stage(-2.6 + 0.5 * size, 0.9);
    let roi = stage(-2.0, 0.8);
    let custom_demo = stage(-1.7, 0.9);
    let questions = dice.poisson(libm::exp(-0.6 + 0.6 * progress));
    [
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
        questions,
    ]
}

fn attribution(dice: &mut Dice, total_touchpoints: f64) -> [f64; 5] {
    // Own website, paid channel, referral, event: one of them brought the lead.
    let source = dice.choice([0.46, 0.3, 0.13, 0.11]);
    let usual = [0.2, -0.4, 1.1, 0.4][source];
    let quality = places(logistic(usual + 0.7 * dice.normal()), 3);
    let credited = (1.0 + dice.poisson(0.4 * total_touchpoints)).min(total_touchpoints);
    let from = |wanted| f64::from(u8::from(source == wanted));
    [quality, credited, from(1), from(2), from(3)]
}

fn product(dice: &mut Dice, hidden: &Hidden) -> [f64; 5] {
    let &Hidden { size, intent, technology, progress } = hidden;
    let ambition = 0.7 * size + 0.7 * dice.normal();
    let tier = 1 + usize::from(ambition > -0.5) + usize::from(ambition > 0.8);
    let requests = dice.poisson(libm::exp(-0.9 + 0.4 * progress));
    let fit = logistic(0.5 + 0.3 * intent + 0.3 * technology + 0.8 * dice.normal());
    let integrations = dice.poisson(libm::exp(0.3 + 0.35 * size));
    // Large and cautious companies want the machines at home.
    let caution = 0.5 * size - 0.5 * technology + 0.8 * dice.normal();
    let deployment = usize::from(caution > 0.3) + usize::from(caution > 1.3);
    [tier as f64, requests, places(fit, 3), integrations, deployment as f64]
}

/// `value` rounded to decimal places, as a CRM would hold it.
fn places(value: f64, places: u32) -> f64 {
    let scale = f64::from(10_u32.pow(places));
    (value * scale).round() / scale
}
