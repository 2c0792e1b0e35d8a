//! Whether the leads that are scored are still those the model was trained on.
//!
//! [`Watch`] stands beside one model and counts its leads into the bins of its reference, as many as `pace` grants;
//! `window` forgets them as they age. What a shift is, and what it calls for, is the model crate's to say.

mod pace;
mod watch;
mod window;

pub(crate) use self::watch::{Observed, Watch};
