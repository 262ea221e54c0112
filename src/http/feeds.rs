//! Feeds of notices, for readers that are programs: JSON Feed 1.1 and RSS 2.0.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::App;
use super::route::{Route, Who, tagged};
use crate::base::Instant;
use crate::limits::FEED_ITEMS_MAX;
use crate::tender::{Tender, TenderSummary};

pub(super) fn routes() -> Vec<Route> {
    tagged(
        "notice",
        vec![
            Route::get("/api/feed.json", Who::Anyone, "Notices as JSON Feed 1.1.", get(json_feed)).gives_as(
                200,
                Some("application/feed+json"),
                "JSON Feed 1.1, the newest 50.",
            ),
            Route::get("/api/feed.xml", Who::Anyone, "Notices as RSS 2.0.", get(rss_feed)).gives_as(
                200,
                Some("application/rss+xml"),
                "RSS 2.0, the newest 50.",
            ),
        ],
    )
}

/// A notice in a feed.
struct Item {
    address: String,
    title: String,
    text: String,
    published: Instant,
}

impl App {
    /// Own address as the reader knows it, and the newest notices.
    fn feed(&self, headers: &HeaderMap) -> (String, String, Vec<Item>) {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let base = format!("{}://{host}", if self.is_tls { "https" } else { "http" });
        let public =
            |tender: &Arc<Tender>| Some((tender.summary()?, tender.notice.terms()?.summary.zh.clone()));
        let item = |(summary, text): (TenderSummary, crate::base::LongText)| {
            Some(Item {
                address: format!("{base}/tenders/{}", summary.id),
                title: summary.title.zh.as_str().to_owned(),
                text: text.as_str().to_owned(),
                published: summary.published_at?,
            })
        };
        let items =
            self.ledger.tenders().iter().filter_map(public).filter_map(item).take(FEED_ITEMS_MAX).collect();
        let name = self.ledger.centre().name.as_ref().map_or("Kaibiao", |name| name.as_str()).to_owned();
        (base, format!("{name} · 招标公告"), items)
    }
}

async fn json_feed(State(app): State<Arc<App>>, headers: HeaderMap) -> impl IntoResponse {
    let (base, title, items) = app.feed(&headers);
    let item = |item: &Item| {
        json!({
            "id": item.address, "url": item.address, "title": item.title, "content_text": item.text,
            "date_published": item.published.to_string(), "language": "zh-CN",
        })
    };
    let items: Vec<Value> = items.iter().map(item).collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": base,
        "feed_url": format!("{base}/api/feed.json"), "language": "zh-CN", "items": items,
    });
    ([(header::CONTENT_TYPE, "application/feed+json")], Json(feed))
}

async fn rss_feed(State(app): State<Arc<App>>, headers: HeaderMap) -> impl IntoResponse {
    let (base, title, items) = app.feed(&headers);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title><link>{}</link>\
         <description>{}</description><language>zh-CN</language>",
        escaped(&title),
        escaped(&base),
        escaped(&title)
    );
    for item in items {
        text.push_str(&format!(
            "<item><title>{}</title><link>{}</link><guid>{}</guid><pubDate>{}</pubDate><description>{}</description></item>",
            escaped(&item.title),
            escaped(&item.address),
            escaped(&item.address),
            rfc2822(item.published),
            escaped(&item.text)
        ));
    }
    text.push_str("</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], text)
}

fn rfc2822(moment: Instant) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(moment.0.div_euclid(1000)).ok();
    moment.and_then(|moment| moment.format(&Rfc2822).ok()).unwrap_or_default()
}

/// Text for XML: what has a meaning there is written as an entity. Texts of people have no control characters but
/// line ends (`base::text`), so nothing else is needed.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
