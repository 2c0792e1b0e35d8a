//! The model card: what a person should know before trusting a model, as Markdown and as a page with pictures.
//!
//! Pure functions of the artifact, so that a card can always be made again and never says more than the model file. Sentences and
//! tables are made once, as text and as data; [`card`] and [`card_html`] put them on paper, and the command line prints the same
//! tables.

mod bars;
mod chart;
mod curve;
mod gain;
mod heat;
mod markdown;
mod markup;
mod number;
mod page;
mod reliability;
mod roc;
mod scale;
mod sentence;
mod table;
mod tables;

pub use markdown::card;
#[cfg(feature = "cli")]
pub(crate) use number::{count, fixed, p_value, percent, share, short, signed, times};
pub use page::card_html;
#[cfg(feature = "cli")]
pub(crate) use sentence::{pair, pieces, refit, selection, shown, source};
#[cfg(feature = "cli")]
pub(crate) use table::Table;
#[cfg(feature = "cli")]
pub(crate) use tables::{
    Measures, candidates, deciles, measures, ranked, reliability as reliability_table, tiers,
};

/// Features that a card shows.
const TOP: usize = 12;
