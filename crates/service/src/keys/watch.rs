//! [`Watch`]: a thread that looks at the key file once a second.
//!
//! Looking is more dependable than being told: notices of the file system do not come from network mounts, and not for
//! the links by which orchestrators swap a mounted secret. What is done at each look is the caller's.

use std::{
    io,
    sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Duration,
};

/// Between two looks: a revoked key opens nothing after that.
const INTERVAL: Duration = Duration::from_secs(1);

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    /// Never sent on.
    _running: SyncSender<()>,
}

/// Calls `look` every second from now on.
///
/// # Errors
///
/// Fails when the system grants no thread.
pub(super) fn start(look: impl Fn() + Send + 'static) -> io::Result<Watch> {
    let (running, stopped) = sync_channel::<()>(0);
    thread::Builder::new().name("key-file".to_owned()).spawn(move || {
        while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            look();
        }
    })?;
    Ok(Watch { _running: running })
}
