//! The upload of a plain document of a tender: one part, checked by its digest on both sides.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kaibiao_crypto::digest::Digest;
use reqwest::Method;
use reqwest::header::HeaderValue;

use super::upload::UploadFault;
use super::{Client, ClientError};

impl Client {
    /// Uploads a document of at most one part (64 MiB) and returns its SHA-256, as the server computed it too.
    pub async fn upload_document(
        &self,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<Digest, ClientError> {
        let unexpected = || ClientError::from(UploadFault::UnexpectedAnswer);
        let metadata = [("purpose", "document"), ("name", name), ("media_type", media_type)];
        let metadata: Vec<String> =
            metadata.iter().map(|(field, value)| format!("{field} {}", STANDARD.encode(value))).collect();
        let mut create = self.request(Method::POST, self.address("/api/uploads")?);
        create.headers.insert("tus-resumable", HeaderValue::from_static("1.0.0"));
        create.headers.insert("upload-length", HeaderValue::from(bytes.len()));
        create
            .headers
            .insert("upload-metadata", HeaderValue::from_str(&metadata.join(",")).map_err(|_| unexpected())?);
        let created = self.ask(&create).await?;
        if created.status != 201 {
            return Err(created.problem());
        }
        let place = self.address(created.header("location").ok_or_else(unexpected)?)?;
        let sha256 = Digest::of(&bytes);
        let mut part = self.request(Method::PATCH, place);
        part.headers.insert("tus-resumable", HeaderValue::from_static("1.0.0"));
        part.headers.insert("content-type", HeaderValue::from_static("application/offset+octet-stream"));
        part.headers.insert("upload-offset", HeaderValue::from(0));
        part.body = bytes;
        let stored = self.ask(&part).await?;
        if stored.status != 204 {
            return Err(stored.problem());
        }
        let said = stored.header("upload-digest").and_then(|text| text.strip_prefix("sha256="));
        if said == Some(sha256.to_string().as_str()) { Ok(sha256) } else { Err(unexpected()) }
    }
}
