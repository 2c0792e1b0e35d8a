//! Whether there is a master, and whether it knows this worker.
//!
//! [`Bond`] is a table of states without a clock or a socket: it is told what happens and when, and answers with what is to
//! be done. A connection that breaks is made anew; a master that does not know the worker any more, because it was started
//! again, is joined anew; one that stays silent is left. What users do meanwhile is [`Life`](super::life::Life)'s.

use std::time::Duration;

use super::tempo::Tempo;

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
    },
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
                Some(Tie::Unanswered { tries })
            }
            Stage::Joined { heard } | Stage::Doubtful { heard, .. }
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
            Stage::Joined { .. } | Stage::Doubtful { .. } => None,
        }
    }

    /// Whether there is anybody to present the worker to.
    pub(super) fn is_connected(&self) -> bool {
        self.is_connected
    }
}
