//! Whether a server gives the web app that this executable holds. The page that seals is served by the party that must
//! not be trusted; who builds the executable from the source has something to compare it with.
//!
//! It sees what is served to it, not what a browser elsewhere was served.

use super::{Client, ClientError};
use crate::base::Digest;
use crate::http::{page_digest, page_files};

/// Fetches every file of the app and compares it with the own one, and the digest that the centre says is in its log with
/// the own one. Gives that digest. Error: `page_differs`, with the first file that does.
pub async fn check_page(client: &Client) -> Result<Digest, ClientError> {
    for [path, sha256] in page_files() {
        let served = match client.get_bytes(&format!("/{path}")).await {
            Ok(bytes) => Digest::of(&bytes).to_string(),
            Err(ClientError::Refused(_)) => String::new(),
            Err(error) => return Err(error),
        };
        if served != sha256 {
            return Err(ClientError::PageDiffers(path));
        }
    }
    let own = page_digest().map_err(|_| ClientError::Answer("the list of the page's files"))?;
    match client.centre().await?.sealing_page_sha256 {
        Some(logged) if logged == own => Ok(own),
        Some(_) | None => Err(ClientError::PageDiffers("sealing_page_sha256".to_owned())),
    }
}
