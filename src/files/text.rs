//! The text of documents.
