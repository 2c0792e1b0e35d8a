//! One user of the closed model: a request, a pause, again.
//!
//! A user waits for its answer before it asks again, as in Locust, so a stalled server also lowers the load, and a latency
//! is a service time. When users come and go is [`worker`](super::worker)'s.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

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
    is_steered: bool,
) {
    let _present = Present::user(&desk, user);
    let is_kept = || match desk.ordered.get() {
        Some(users) => user < users,
        None => wanted.keeps(user, desk.now()),
    };
    let mut chance = traffic.chance(user.into());
    loop {
        if desk.stopping.get() || !is_kept() {
            return;
        }
        let begun = desk.now();
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
            pause if is_steered => think(&desk, pause, is_kept).await,
            pause => sleep(pause).await,
        }
    }
}

/// Waits until a pause is over, or until the user is dismissed in it.
async fn think(desk: &Desk, pause: Duration, is_kept: impl Fn() -> bool) {
    let end = Instant::now() + pause;
    while is_kept() {
        tokio::select! {
            biased;
            () = sleep_until(end) => return,
            () = desk.call.notified() => {}
        }
    }
}
