//! One user of the closed model: a request, a pause, again.
//!
//! A user waits for its answer before it asks again, as in Locust, so a stalled server also lowers the load, and a latency
//! is a service time. When users come and go is [`worker`](super::worker)'s.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::arrival::Wanted;
use super::desk::{Desk, Present, Wait};
use super::target::{Request, Target};
use super::traffic::Traffic;

/// Asks until the run stops or the user is not wanted any more.
pub(super) async fn be_a_user<T: Target>(
    desk: Rc<Desk>,
    target: Rc<T>,
    traffic: Arc<Traffic>,
    wanted: Wanted,
    user: u32,
) {
    let _present = Present::user(&desk, user);
    let mut chance = traffic.chance(user.into());
    loop {
        let begun = desk.now();
        if desk.stopping.get() || !wanted.keeps(user, begun) {
            return;
        }
        let call = traffic.next_call(&mut chance);
        let task = call.task;
        desk.sending(begun);
        let wait = Wait::since(&desk, begun);
        let reply = target.send(Request::new(call, desk.is_measured(begun))).await;
        wait.over();
        desk.count(task, begun, reply);
        match traffic.think_time(&mut chance) {
            // A pause of nothing still lets the others have their turn.
            Duration::ZERO => tokio::task::coop::consume_budget().await,
            pause => sleep(pause).await,
        }
    }
}
