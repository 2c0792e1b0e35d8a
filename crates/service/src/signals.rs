//! The operating system's wishes: stop (SIGTERM and SIGINT) and read again (SIGHUP).
//!
//! [`stop_signals`] and [`reload_signals`] only pass the wishes on; what they mean is the [`App`](crate::App)'s business.

use std::io;

use actix_web::rt;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

/// A word for every SIGTERM or SIGINT from now on. Must be called inside a runtime.
///
/// # Errors
///
/// Fails when the system accepts no handler.
pub fn stop_signals() -> io::Result<mpsc::Receiver<()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (word, stop) = mpsc::channel(2);
    rt::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if word.send(()).await.is_err() {
                return;
            }
        }
    });
    Ok(stop)
}

/// A word for every SIGHUP from now on, which would otherwise end the process. Must be called inside a runtime.
///
/// # Errors
///
/// Fails when the system accepts no handler.
pub fn reload_signals() -> io::Result<mpsc::Receiver<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    let (word, reload) = mpsc::channel(1);
    rt::spawn(async move { while hangup.recv().await.is_some() && word.send(()).await.is_ok() {} });
    Ok(reload)
}
