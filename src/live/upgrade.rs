//! From a request to a socket: is there such a room, does the page belong to us, is there a place.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{Rooms, conversation};
use crate::base::{LotId, TenderId};
use crate::limits::{
    SOCKET_MESSAGE_BYTES_MAX, SOCKET_READ_BYTES, SOCKET_WRITE_BYTES, SOCKET_WRITE_BYTES_MAX,
};

/// The rooms' sockets.
pub fn router(rooms: Rooms) -> Router {
    Router::new().route("/api/rooms/{tender}/{lot}", get(upgrade)).with_state(rooms)
}

/// A browser shows a page nothing of a refused upgrade, so a bare status is all there is to say.
async fn upgrade(
    State(rooms): State<Rooms>,
    Path((tender, lot)): Path<(TenderId, LotId)>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // Drafts have no lots, so the rooms of tenders that are not public do not exist.
    let exists = rooms.0.ledger.tender(tender).is_some_and(|tender| tender.lots.contains_key(&lot));
    if !exists {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !is_own_page(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let place = rooms.0.places.clone().try_acquire_owned();
    let Ok(place) =
        place.map_err(drop).and_then(|place| if *rooms.0.draining.borrow() { Err(()) } else { Ok(place) })
    else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response();
    };
    upgrade
        .read_buffer_size(SOCKET_READ_BYTES)
        .write_buffer_size(SOCKET_WRITE_BYTES)
        .max_write_buffer_size(SOCKET_WRITE_BYTES_MAX)
        .max_message_size(SOCKET_MESSAGE_BYTES_MAX)
        .max_frame_size(SOCKET_MESSAGE_BYTES_MAX)
        .on_upgrade(move |socket| async move {
            conversation::hold(socket, rooms, (tender, lot)).await;
            drop(place);
        })
}

/// Browsers always name the page's origin at an upgrade; it must be the host that was asked. Programs name none.
fn is_own_page(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let page = origin.to_str().ok().and_then(|origin| Some(origin.split_once("://")?.1));
    page.is_some() && page == host
}
