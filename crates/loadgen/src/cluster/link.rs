//! The connection to a master: a `ZeroMQ` DEALER that is made anew whenever it breaks.
//!
//! [`Link`] runs beside the worker and talks to it over channels, so that a connection that takes its time holds up nothing.
//! It carries bytes; what they mean is [`message`](super::message)'s, and who waits how long for whom is
//! [`Bond`](super::bond::Bond)'s.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use zeromq::util::PeerIdentity;
use zeromq::{
    DealerSocket, Socket, SocketEvent, SocketOptions, SocketRecv, SocketSend, ZmqError, ZmqMessage,
};

/// Between two attempts to connect. The library's own waits grow to half a minute.
const PAUSE: Duration = Duration::from_millis(500);

/// How long one attempt may take, resolving the name and greeting included.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long what was said last may take to leave.
const FLUSH: Duration = Duration::from_secs(1);

/// What happens on the connection.
#[derive(Debug)]
pub(super) enum News {
    /// There is one.
    Connected,
    /// It broke, or could not be made; why, in words. It is tried again.
    Lost(String),
    /// The master said this.
    Heard(Bytes),
}

/// What to do with it.
#[derive(Debug)]
enum Order {
    Say(Vec<u8>),
    Renew,
}

/// The worker's end.
#[derive(Debug)]
pub(super) struct Link {
    orders: UnboundedSender<Order>,
    task: JoinHandle<()>,
}

impl Link {
    /// Connects to `host:port` in the name of `id`, for as long as this lives.
    pub(super) fn open(host: &str, port: u16, id: &str) -> (Self, UnboundedReceiver<News>) {
        let (orders, ordered) = unbounded_channel();
        let (news, heard) = unbounded_channel();
        let identity = PeerIdentity::try_from(id.as_bytes());
        let carrier = Carrier { endpoint: endpoint(host, port), ordered, news };
        let task = tokio::spawn(async move {
            match identity {
                Ok(identity) => carrier.run(identity).await,
                Err(fault) => drop(carrier.news.send(News::Lost(fault.to_string()))),
            }
        });
        (Self { orders, task }, heard)
    }

    /// Sends a message; without a connection nobody hears it.
    pub(super) fn say(&self, message: Vec<u8>) {
        // The carrier ends with this end only.
        let _gone = self.orders.send(Order::Say(message));
    }

    /// Closes the connection and makes a new one in the same name.
    pub(super) fn renew(&self) {
        let _gone = self.orders.send(Order::Renew);
    }

    /// Lets what was said last leave, and ends.
    pub(super) async fn close(self) {
        drop(self.orders);
        let end = Instant::now() + FLUSH;
        let _late = tokio::time::timeout_at(end, self.task).await;
        // The library writes from a task of its own, which ends when all is written and the socket is gone.
        let metrics = tokio::runtime::Handle::current().metrics();
        while metrics.num_alive_tasks() > 0 && Instant::now() < end {
            sleep(Duration::from_millis(2)).await;
        }
    }
}

/// The connection's end.
struct Carrier {
    endpoint: String,
    ordered: UnboundedReceiver<Order>,
    news: UnboundedSender<News>,
}

/// Why a connection is over.
enum Over {
    Broken(String),
    Renewed,
    Closed,
}

impl Carrier {
    async fn run(mut self, identity: PeerIdentity) {
        loop {
            match self.connect(&identity).await {
                Some(Ok(socket)) => match self.carry(socket).await {
                    Over::Broken(reason) => self.tell(News::Lost(reason)),
                    Over::Renewed => {
                        self.tell(News::Lost("the master asked for a new one".to_owned()));
                    }
                    Over::Closed => return,
                },
                Some(Err(fault)) => {
                    self.tell(News::Lost(in_words(&fault)));
                    if !self.pause().await {
                        return;
                    }
                }
                None => return,
            }
        }
    }

    /// A new socket with a connection; nothing when there is no use for one any more.
    async fn connect(&mut self, identity: &PeerIdentity) -> Option<Result<DealerSocket, ZmqError>> {
        let mut options = SocketOptions::default();
        options.peer_identity(identity.clone()).connect_timeout(PATIENCE);
        let mut socket = DealerSocket::with_options(options);
        let connected = {
            let connecting = socket.connect(&self.endpoint);
            tokio::pin!(connecting);
            loop {
                tokio::select! {
                    connected = &mut connecting => break connected,
                    // Nobody would hear what is said now.
                    order = self.ordered.recv() => order.map(drop)?,
                }
            }
        };
        Some(connected.map(|()| socket))
    }

    /// Carries messages until the connection is over.
    async fn carry(&mut self, mut socket: DealerSocket) -> Over {
        let mut events = socket.monitor();
        self.tell(News::Connected);
        loop {
            tokio::select! {
                biased;
                order = self.ordered.recv() => match order {
                    Some(Order::Say(bytes)) => {
                        if let Err(fault) = socket.send(ZmqMessage::from(bytes)).await {
                            return Over::Broken(in_words(&fault));
                        }
                    }
                    Some(Order::Renew) => return Over::Renewed,
                    None => return Over::Closed,
                },
                event = events.next() => match event {
                    Some(SocketEvent::Disconnected(_)) | None => {
                        return Over::Broken("the master closed it".to_owned());
                    }
                    Some(_) => {}
                },
                message = socket.recv() => match message {
                    Ok(message) => message.into_vec().into_iter().for_each(|frame| self.tell(News::Heard(frame))),
                    Err(fault) => return Over::Broken(in_words(&fault)),
                },
            }
        }
    }

    /// Waits before the next attempt; false when there is no use for one any more.
    async fn pause(&mut self) -> bool {
        let end = Instant::now() + PAUSE;
        while let Ok(order) =
            timeout(end.saturating_duration_since(Instant::now()), self.ordered.recv()).await
        {
            if order.is_none() {
                return false;
            }
        }
        true
    }

    fn tell(&self, news: News) {
        // Nobody listens only when the worker is gone.
        let _unheard = self.news.send(news);
    }
}

/// A host and a port as `ZeroMQ` names them, IPv6 in brackets.
fn endpoint(host: &str, port: u16) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.contains(':') {
        format!("tcp://[{bare}]:{port}")
    } else {
        format!("tcp://{bare}:{port}")
    }
}

fn in_words(fault: &ZmqError) -> String {
    match fault {
        ZmqError::Network(reason) => reason.to_string(),
        ZmqError::ConnectTimeout(_) => "nobody answers".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn an_address_of_ipv6_stands_in_brackets() {
        assert_eq!(endpoint("locust-master", 5557), "tcp://locust-master:5557");
        assert_eq!(endpoint("127.0.0.1", 1), "tcp://127.0.0.1:1");
        assert_eq!(endpoint("::1", 5557), "tcp://[::1]:5557");
        assert_eq!(endpoint("[fe80::1]", 5557), "tcp://[fe80::1]:5557");
    }
}
