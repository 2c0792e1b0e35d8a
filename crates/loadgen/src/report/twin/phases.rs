//! What happened below the requests.

use serde::Serialize;

use super::node::{Fault, Node};
use super::times::{Times, phase};
use crate::phases::Phases as Held;

/// Each phase, `null` for one that never happened, and the connections.
#[derive(Serialize)]
pub(super) struct Phases {
    lookup: Option<Times>,
    connect: Option<Times>,
    tls: Option<Times>,
    first_byte: Option<Times>,
    body: Option<Times>,
    connections_opened: u64,
    connections_reopened: Option<u64>,
}

impl Phases {
    pub(super) fn of(held: &Held) -> Self {
        Self {
            lookup: Times::of_phase(&held.lookup),
            connect: Times::of_phase(&held.connect),
            tls: Times::of_phase(&held.tls),
            first_byte: Times::of_phase(&held.first_byte),
            body: Times::of_phase(&held.body),
            connections_opened: held.opened,
            connections_reopened: held.reopened,
        }
    }
}

/// The phases of an object.
pub(super) fn phases(node: &Node<'_>) -> Result<Held, Fault> {
    Ok(Held {
        lookup: phase(&node.at("lookup")?)?,
        connect: phase(&node.at("connect")?)?,
        tls: phase(&node.at("tls")?)?,
        first_byte: phase(&node.at("first_byte")?)?,
        body: phase(&node.at("body")?)?,
        opened: node.at("connections_opened")?.count()?,
        reopened: node.at("connections_reopened")?.maybe(Node::count)?,
    })
}
