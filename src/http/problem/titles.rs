use axum::http::StatusCode;
pub(super) fn title(_code: &str) -> Option<(&'static str, &'static str)> { None }
pub(super) fn of_status(_status: StatusCode) -> (&'static str, &'static str) { ("x", "x") }
