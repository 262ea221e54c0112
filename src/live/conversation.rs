//! One socket from hello to bye.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::future;
use kaibiao_crypto::act::SignedAct;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::Rooms;
use super::line::{Ending, Line};
use super::message::{CloseCode, Follow, Heard, Me, Outcome, Said, StreamHead, VERSION};
use super::pace::Pace;
use super::room::{Place, Presence};
use crate::identity::{Reader, RoomPass, audiences, random_bytes};
use crate::ledger::{Follower, stream_name};
use crate::limits::{
    ACTS_PER_SECOND_MAX, ACTS_UNDER_WAY_MAX, FACTS_AT_ONCE, FOLLOWS_MAX, HELLO_WAIT_MS,
    MESSAGES_PER_SECOND_MAX, SOCKET_PING_MS,
};
use crate::tender::Audience;

/// Longest id that a client gives to an act, in bytes.
const COMMAND_ID_BYTES_MAX: usize = 64;

/// Holds the conversation on a fresh socket until it ends.
pub(super) async fn hold(socket: WebSocket, rooms: Rooms, place: Place) {
    let mut line = Line::new(socket);
    let ending = match greet(&mut line, &rooms, &place).await {
        Ok((pass, cursors)) => Conversation::new(line, rooms, pass, cursors).run().await,
        Err(ending) => (line, ending),
    };
    let (line, ending) = ending;
    line.end(ending).await;
}

/// A place in a stream: everything up to `sent` is on its way.
struct Cursor {
    audience: Audience,
    stream: Follower,
    sent: u64,
}

/// The first frame and its answer.
async fn greet(line: &mut Line, rooms: &Rooms, place: &Place) -> Result<(RoomPass, Vec<Cursor>), Ending> {
    let protocol = Ending::bye(CloseCode::Protocol);
    let first = timeout(Duration::from_millis(HELLO_WAIT_MS), line.hear()).await.map_err(|_| protocol)?;
    let text = match first {
        Some(Ok(Message::Text(text))) => text,
        Some(Ok(Message::Close(_))) | None => return Err(Ending::Gone),
        Some(Ok(_) | Err(_)) => return Err(protocol),
    };
    let Ok(Said::Hello { v: VERSION, ticket, follow }) = serde_json::from_str(&text) else {
        return Err(protocol);
    };
    let pass = rooms.0.identity.read_ticket(&ticket, rooms.now());
    let pass = pass.filter(|pass| (pass.tender, &pass.lot) == (place.0, &place.1));
    let pass = pass.ok_or(Ending::bye(CloseCode::SessionEnded))?;
    let cursors = open_cursors(rooms, &pass, follow)?;
    welcome(line, rooms, &pass, cursors).await
}

fn open_cursors(rooms: &Rooms, pass: &RoomPass, follow: Vec<Follow>) -> Result<Vec<(Cursor, bool)>, Ending> {
    let allowed: BTreeMap<String, Audience> = rooms.streams(pass)?;
    if follow.is_empty() || follow.len() > FOLLOWS_MAX {
        return Err(Ending::bye(CloseCode::Protocol));
    }
    let mut cursors: Vec<(Cursor, bool)> = Vec::with_capacity(follow.len());
    for Follow { s, after } in follow {
        let audience = *allowed.get(&s).ok_or(Ending::bye(CloseCode::Forbidden))?;
        if cursors.iter().any(|(cursor, _)| cursor.stream.name() == s) {
            return Err(Ending::bye(CloseCode::Protocol));
        }
        let mut stream = rooms.0.ledger.facts().follow(&s);
        let is_ahead = after > stream.head();
        cursors.push((Cursor { audience, stream, sent: if is_ahead { 0 } else { after } }, is_ahead));
    }
    Ok(cursors)
}

async fn welcome(
    line: &mut Line,
    rooms: &Rooms,
    pass: &RoomPass,
    mut cursors: Vec<(Cursor, bool)>,
) -> Result<(RoomPass, Vec<Cursor>), Ending> {
    let heads: Vec<u64> = cursors.iter_mut().map(|(cursor, _)| cursor.stream.head()).collect();
    let streams = cursors.iter().zip(heads).map(|((cursor, reset), head)| StreamHead {
        s: cursor.stream.name(),
        head,
        reset: *reset,
    });
    line.say(&Heard::Welcome { now: rooms.now(), me: rooms.me(pass), streams: streams.collect() }).await?;
    Ok((pass.clone(), cursors.into_iter().map(|(cursor, _)| cursor).collect()))
}

impl Rooms {
    /// The reader behind a pass as the register knows them now; none for the public.
    fn reader(&self, pass: &RoomPass) -> Result<Option<Reader>, Ending> {
        let Some(session) = &pass.session else { return Ok(None) };
        let ended = Ending::bye(CloseCode::SessionEnded);
        if !self.0.identity.stands(session, self.now()) {
            return Err(ended);
        }
        Reader::of(&self.0.ledger.centre(), session.person).map(Some).ok_or(ended)
    }

    /// The audiences that the holder of a pass belongs to at this moment.
    fn audiences(&self, pass: &RoomPass) -> Result<Vec<Audience>, Ending> {
        let reader = self.reader(pass)?;
        let tender = self.0.ledger.tender(pass.tender).ok_or(Ending::bye(CloseCode::Forbidden))?;
        Ok(audiences(reader.as_ref(), &tender, &pass.lot))
    }

    /// The streams that the holder of a pass may hear at this moment.
    fn streams(&self, pass: &RoomPass) -> Result<BTreeMap<String, Audience>, Ending> {
        let name = |audience| (stream_name(pass.tender, &pass.lot, audience), audience);
        Ok(self.audiences(pass)?.into_iter().map(name).collect())
    }

    /// Whether the holder of a pass may hear what `audience` hears. What is public anybody may hear, so thousands of
    /// listeners cost no question each.
    fn may_hear(&self, pass: &RoomPass, audience: Audience) -> Result<bool, Ending> {
        Ok(audience == Audience::Public || self.audiences(pass)?.contains(&audience))
    }

    fn me(&self, pass: &RoomPass) -> Option<Me> {
        let person = pass.session?.person;
        let centre = self.0.ledger.centre();
        let member = centre.people.get(&person)?;
        Some(Me { person, name: member.name.clone(), org: member.org, roles: member.roles.clone() })
    }
}

/// A socket that has said hello.
struct Conversation {
    line: Line,
    rooms: Rooms,
    pass: RoomPass,
    cursors: Vec<Cursor>,
    presence: Presence,
    answers: (mpsc::Sender<String>, mpsc::Receiver<String>),
    messages: Pace,
    acts: Pace,
    last_heard: Instant,
}

impl Conversation {
    fn new(line: Line, rooms: Rooms, pass: RoomPass, cursors: Vec<Cursor>) -> Self {
        let now = Instant::now();
        let presence = rooms.0.register.enter((pass.tender, pass.lot.clone()));
        Self {
            line,
            presence,
            pass,
            cursors,
            answers: mpsc::channel(ACTS_UNDER_WAY_MAX),
            messages: Pace::new(MESSAGES_PER_SECOND_MAX, now),
            acts: Pace::new(ACTS_PER_SECOND_MAX, now),
            last_heard: now,
            rooms,
        }
    }

    async fn run(mut self) -> (Line, Ending) {
        let ending = loop {
            if let Err(ending) = self.turn_until_ending().await {
                break ending;
            }
        };
        (self.line, ending)
    }

    /// Sends what there is to send, then waits for whatever comes first. Returns only with an ending.
    async fn turn_until_ending(&mut self) -> Result<(), Ending> {
        let mut endings = self.rooms.0.identity.endings();
        let mut draining = self.rooms.0.draining.subscribe();
        let every = Duration::from_millis(SOCKET_PING_MS);
        let mut pings = interval_at(Instant::now() + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if !self.presence.now.borrow().is_empty() {
            self.presence.now.mark_changed();
        }
        loop {
            if *draining.borrow_and_update() {
                return Err(self.drained().await);
            }
            self.send_facts().await?;
            tokio::select! {
                message = self.line.hear() => self.take(message).await?,
                () = a_stream_grows(&mut self.cursors) => {}
                Ok(()) = self.presence.now.changed() => {
                    let now = self.presence.now.borrow_and_update().clone();
                    self.line.feed(now).await?;
                    self.line.flush().await?;
                }
                Some(answer) = self.answers.1.recv() => {
                    self.line.feed(answer.into()).await?;
                    self.line.flush().await?;
                }
                _ = pings.tick() => self.ping(2 * every).await?,
                Ok(()) = endings.changed() => drop(self.rooms.reader(&self.pass)?),
                Ok(()) = draining.changed() => {}
            }
        }
    }

    /// Hands over everything up to the heads, then sends it at once. Before each batch it is asked whether this reader
    /// may still hear it.
    async fn send_facts(&mut self) -> Result<(), Ending> {
        let mut is_fed = false;
        for cursor in &mut self.cursors {
            while cursor.sent < cursor.stream.head() {
                if !self.rooms.may_hear(&self.pass, cursor.audience)? {
                    return Err(Ending::bye(CloseCode::Forbidden));
                }
                let read = cursor.stream.read(cursor.sent, FACTS_AT_ONCE).await;
                let frames = read.map_err(|_| Ending::Bye { code: CloseCode::Draining, retry_ms: 1000 })?;
                if frames.is_empty() {
                    break;
                }
                for frame in frames {
                    // What is not text cannot be sent and must not be passed over.
                    let text = Utf8Bytes::try_from(frame).map_err(|_| Ending::bye(CloseCode::Protocol))?;
                    self.line.feed(text).await?;
                    cursor.sent += 1;
                    is_fed = true;
                }
            }
        }
        if is_fed { self.line.flush().await } else { Ok(()) }
    }

    async fn take(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Ending> {
        let protocol = Ending::bye(CloseCode::Protocol);
        self.last_heard = Instant::now();
        if !self.messages.take(self.last_heard) {
            return Err(Ending::Bye { code: CloseCode::TooMany, retry_ms: 5000 });
        }
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(_))) | None => return Err(Ending::Gone),
            Some(Ok(Message::Binary(_)) | Err(_)) => return Err(protocol),
        };
        match serde_json::from_str(&text).map_err(|_| protocol)? {
            Said::Pong {} => Ok(()),
            Said::Ack { s, n } => {
                let is_sent = self.cursors.iter().any(|cursor| cursor.stream.name() == s && n <= cursor.sent);
                if is_sent { Ok(()) } else { Err(protocol) }
            }
            Said::Cmd { id, act } if id.len() <= COMMAND_ID_BYTES_MAX => self.submit(id, act).await,
            Said::Cmd { .. } | Said::Hello { .. } => Err(protocol),
        }
    }

    /// Takes an act in. It runs to its end even if the socket is gone before; the same act again gets the same answer.
    async fn submit(&mut self, id: String, act: SignedAct) -> Result<(), Ending> {
        let refuse = |code| Heard::Answer { id: &id, outcome: Outcome::refused(code) };
        let Some(reader) = self.rooms.reader(&self.pass)? else {
            return self.line.say(&refuse("not_signed_in")).await;
        };
        if !self.acts.take(self.last_heard) {
            return self.line.say(&refuse("too_many")).await;
        }
        let Ok(place) = self.answers.0.clone().try_reserve_owned() else {
            return self.line.say(&refuse("busy")).await;
        };
        let intake = self.rooms.0.intake.clone();
        tokio::spawn(async move {
            let outcome = match intake.submit(reader.person, act).await {
                Ok(accepted) => Outcome::Ok { index: accepted.index },
                Err(rejected) => rejected.into(),
            };
            place.send(Heard::Answer { id: &id, outcome }.text());
        });
        Ok(())
    }

    async fn ping(&mut self, silence_max: Duration) -> Result<(), Ending> {
        if self.last_heard.elapsed() > silence_max {
            return Err(Ending::Bye { code: CloseCode::Slow, retry_ms: 1000 });
        }
        let now = self.rooms.now();
        self.line.say(&Heard::Ping { now }).await
    }

    /// Waits for the own turn to go, and says when to come back.
    async fn drained(&mut self) -> Ending {
        let spread_ms = u64::try_from(self.rooms.spread().as_millis()).unwrap_or(u64::MAX);
        let random = u64::from(u16::from_be_bytes(random_bytes().unwrap_or_default()));
        tokio::time::sleep(Duration::from_millis(random * spread_ms / 65_536)).await;
        Ending::Bye { code: CloseCode::Draining, retry_ms: 500 + random * (1000 + spread_ms) / 65_536 }
    }
}

/// Returns when any of the streams has grown since it was looked at.
async fn a_stream_grows(cursors: &mut [Cursor]) {
    match cursors {
        // The public follows one stream.
        [only] => only.stream.grows().await,
        all => drop(future::select_all(all.iter_mut().map(|cursor| Box::pin(cursor.stream.grows()))).await),
    }
}
