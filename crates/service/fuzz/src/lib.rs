//! What the target `request` is made of: an input as a request, the service that answers it, and what must hold.
//!
//! A broken law is a panic. What is answered is the service's alone.

mod house;
mod input;
mod laws;

// The mutations know nothing of leads, and are those of lead-model's targets.
#[path = "../../../model/fuzz/src/dice.rs"]
mod dice;
#[path = "../../../model/fuzz/src/mutate.rs"]
mod mutate;

pub use dice::Dice;
pub use house::House;
pub use input::{Input, body_start};
pub use laws::{Answer, check_answer, check_metrics};
pub use mutate::{mutate_json, mutate_table};
