//! A run that can be started, changed, stopped, begun anew and started again, and watched by many.
//!
//! [`Session`] is what a page holds on to: it takes a [`Wish`](crate::Wish) and shows a [`View`]. A run goes on in threads of its
//! own (`conduct`); what surrounds it (files, vital signs, judgement) is the [errand](crate::errand)'s, as without a page. Nothing
//! here knows HTTP.

mod board;
mod changes;
mod conduct;
mod fault;
mod host;
mod house;
mod view;

pub use fault::SessionFault;
pub use host::Session;
pub use view::{State, View};
