//! Pages: each is one file that needs neither network nor scripts.
//!
//! [`render`] makes that of a verdict, a pure function of a judgement; whatever came from outside is escaped. Its frame, its
//! cards and its scales serve the page of a comparison too.

mod scale;

mod chart;

mod csp;
mod frame;

mod figures;
mod over_time;
mod tables;

mod page;

pub(crate) use self::frame::{header, page};
pub(super) use self::{
    chart::{HEIGHT, height, left_marks},
    figures::card,
    frame::paragraph,
    page::render,
    scale::Scale,
};
