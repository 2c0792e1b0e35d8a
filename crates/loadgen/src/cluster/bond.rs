//! Whether there is a master, and whether it knows this worker.
//!
//! [`Bond`] is a table of states without a clock or a socket: it is told what happens and when, and answers with what is to
//! be done. A connection that breaks is made anew; a master that does not know the worker any more, because it was started
//! again, is joined anew; one that stays silent is left. What users do meanwhile is [`Life`](super::life::Life)'s.

use std::time::Duration;

use super::tempo::Tempo;

/// After so many unanswered tries the connection itself is made anew. A master's socket goes on holding the earlier connection of
/// a worker whose network was lost without a word, and reads nothing from another one of the same name (`libzmq`'s ROUTER without
/// `ZMQ_ROUTER_HANDOVER`, which Locust does not set), nor once the earlier one is gone: only a new one is heard.
const TRIES_PER_LINK: u32 = 3;

/// So often in the time of its silence a master is looked for on a new connection.
const LINKS_PER_SILENCE: u32 = 3;

/// Whether there is a master, and whether it knows this worker. Times are of one clock that starts anywhere.
#[derive(Debug)]
pub(super) struct Bond {
    tempo: Tempo,
    is_connected: bool,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It said that it is ready, so often, and waits to be acknowledged.
    Joining { tries: u32, asked: Duration },
    /// It is known to a master that gave a sign then.
    Joined { heard: Duration },
    /// There is a new connection, and nobody has answered on it yet.
    Doubtful { heard: Duration, since: Duration },
    /// It gave no sign for so long that the connection was made anew then. It may be busy, or not be reached: it is not taken for
    /// another one as long as that.
    Mute { heard: Duration, renewed: Duration },
}

/// What is to be done about the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// Say that the worker is ready.
    Present,
    /// Say that the worker lives, at once.
    Beat,
    /// The master is there and does not know this worker: end what the earlier one ordered, then present the worker.
    Forgotten,
    /// The worker is known now.
    Welcome {
        /// The master's number for it.
        index: Option<u64>,
    },
    /// Nobody has acknowledged the worker so often.
    Unanswered {
        /// How often it has said that it is ready, or tried to.
        tries: u32,
        /// Whether the connection itself is to be made anew.
        is_stuck: bool,
    },
    /// The master gives no sign: make the connection anew.
    Mute,
    /// Nobody ever will.
    Hopeless,
    /// The master that was there gives no sign any more.
    Silent,
}

impl Bond {
    /// Nobody is there yet.
    pub(super) fn new(tempo: Tempo, now: Duration) -> Self {
        Self { tempo, is_connected: false, stage: Stage::Joining { tries: 1, asked: now } }
    }

    /// Whether the master knows this worker and can be told something.
    pub(super) fn holds(&self) -> bool {
        self.is_connected && matches!(self.stage, Stage::Joined { .. })
    }

    /// Whether heartbeats are worth sending: also to a master that may not know the worker, to find out.
    pub(super) fn beats(&self) -> bool {
        self.is_connected && !matches!(self.stage, Stage::Joining { .. })
    }

    /// There is a connection.
    pub(super) fn connected(&mut self, now: Duration) -> Tie {
        self.is_connected = true;
        match self.stage {
            Stage::Joining { ref mut asked, .. } => {
                *asked = now;
                Tie::Present
            }
            Stage::Joined { heard } | Stage::Doubtful { heard, .. } => {
                self.stage = Stage::Doubtful { heard, since: now };
                Tie::Beat
            }
            Stage::Mute { .. } => Tie::Beat,
        }
    }

    /// The connection broke, or will be closed.
    pub(super) fn lost(&mut self) {
        self.is_connected = false;
    }

    /// The master acknowledged the worker.
    pub(super) fn acknowledged(&mut self, index: Option<u64>, now: Duration) -> Option<Tie> {
        let is_new = !matches!(self.stage, Stage::Joined { .. });
        self.stage = Stage::Joined { heard: now };
        is_new.then_some(Tie::Welcome { index })
    }

    /// The master answered a heartbeat, which it does to those only that it knows.
    pub(super) fn heard(&mut self, now: Duration) {
        if !matches!(self.stage, Stage::Joining { .. }) {
            self.stage = Stage::Joined { heard: now };
        }
    }

    /// Time went by.
    pub(super) fn tick(&mut self, now: Duration) -> Option<Tie> {
        let tempo = self.tempo;
        match self.stage {
            Stage::Joining { tries, asked } => {
                if now.saturating_sub(asked) < tempo.acknowledgement {
                    return None;
                }
                if tries >= tempo.tries {
                    return Some(Tie::Hopeless);
                }
                self.stage = Stage::Joining { tries: tries + 1, asked: now };
                let is_stuck = self.is_connected && tries.is_multiple_of(TRIES_PER_LINK);
                Some(Tie::Unanswered { tries, is_stuck })
            }
            Stage::Joined { heard } | Stage::Doubtful { heard, .. } | Stage::Mute { heard, .. }
                if now.saturating_sub(heard) > tempo.silence =>
            {
                Some(Tie::Silent)
            }
            Stage::Doubtful { since, .. }
                if self.is_connected && now.saturating_sub(since) >= tempo.recognition =>
            {
                self.stage = Stage::Joining { tries: 1, asked: now };
                Some(Tie::Forgotten)
            }
            Stage::Joined { heard } if self.is_connected => self.mute(heard, heard, now),
            Stage::Mute { heard, renewed } if self.is_connected => self.mute(heard, renewed, now),
            Stage::Joined { .. } | Stage::Doubtful { .. } | Stage::Mute { .. } => None,
        }
    }

    /// Looks for the master anew where the last sign of it, or the last attempt, is long enough ago.
    fn mute(&mut self, heard: Duration, last: Duration, now: Duration) -> Option<Tie> {
        if now.saturating_sub(last) < self.tempo.silence / LINKS_PER_SILENCE {
            return None;
        }
        self.stage = Stage::Mute { heard, renewed: now };
        Some(Tie::Mute)
    }

    /// Whether there is anybody to present the worker to.
    pub(super) fn is_connected(&self) -> bool {
        self.is_connected
    }
}
