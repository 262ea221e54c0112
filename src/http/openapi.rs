//! The machine-readable description (OpenAPI 3.1), made from the same list as the router.

use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::routing::get;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItemBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    Content, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    Response, ResponseBuilder, Schema, Type,
};

use super::App;
use super::route::{Route, Who, tagged};

pub(super) fn routes() -> Vec<Route> {
    let description = Route::get("/api/openapi.json", Who::Anyone, "This description.", get(describe));
    tagged("centre", vec![description.gives("OpenAPI 3.1")])
}

async fn describe(State(_): State<Arc<App>>) -> Json<&'static OpenApi> {
    static DESCRIPTION: OnceLock<OpenApi> = OnceLock::new();
    Json(DESCRIPTION.get_or_init(|| description(&super::routes())))
}

/// The description of `routes` and of the rooms' socket.
pub(super) fn description(routes: &[Route]) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Kaibiao")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Everything that changes something is a signed act sent to `/api/acts`; everything else reads. Types named in \
             the answers are those of `web/src/protocol.ts`. A request that is not a GET carries `X-Kaibiao-Csrf: 1`. \
             Errors are RFC 9457 problems with a stable `code`.",
        ))
        .build();
    let mut paths = Paths::new();
    for route in routes {
        paths.add_path_operation(
            openapi_path(route.path),
            vec![http_method(&route.method)],
            operation(route),
        );
    }
    add_socket(&mut paths);
    let components = utoipa::openapi::ComponentsBuilder::new().schema("Problem", problem_schema()).build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn http_method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::DELETE => HttpMethod::Delete,
        Method::PATCH => HttpMethod::Patch,
        Method::HEAD => HttpMethod::Head,
        Method::OPTIONS => HttpMethod::Options,
        _ => HttpMethod::Get,
    }
}

fn operation(route: &Route) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new()
        .tag(route.tag)
        .operation_id(Some(operation_id(route)))
        .summary(Some(route.summary))
        .description(Some(route.who.text()));
    for name in path_names(route.path) {
        let parameter =
            ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        operation = operation.parameter(parameter.schema(Some(text_schema())));
    }
    for (name, meaning) in route.query {
        let parameter = ParameterBuilder::new().name(*name).parameter_in(ParameterIn::Query);
        operation = operation.parameter(parameter.description(Some(*meaning)).schema(Some(text_schema())));
    }
    if let Some((media_type, meaning)) = route.takes {
        let body = RequestBodyBuilder::new().description(Some(meaning)).content(media_type, anything());
        operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
    }
    let (status, media_type, meaning) = route.gives;
    operation
        .response(status.to_string(), response(media_type, meaning))
        .response("default", problem_response())
        .build()
}

/// `get_tenders_id_lots_lot_record`: unique, because a path has each method once.
fn operation_id(route: &Route) -> String {
    let words = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "api");
    let words: Vec<&str> = words.collect();
    format!("{}_{}", route.method.as_str().to_lowercase(), words.join("_"))
}

/// The router writes a path's rest as `{*rest}`, the description as `{rest}`.
pub(super) fn openapi_path(path: &str) -> String {
    path.replace("{*", "{")
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| Some(part.strip_prefix('{')?.strip_suffix('}')?.trim_start_matches('*')))
}

fn response(media_type: Option<&str>, meaning: &str) -> Response {
    let builder = ResponseBuilder::new().description(meaning);
    match media_type {
        Some(media_type) => builder.content(media_type, anything()).build(),
        None => builder.build(),
    }
}

fn problem_response() -> Response {
    let schema: RefOr<Schema> = Ref::from_schema_name("Problem").into();
    let content = Content::new(Some(schema));
    ResponseBuilder::new().description("A problem.").content("application/problem+json", content).build()
}

fn problem_schema() -> ObjectBuilder {
    let text =
        |meaning: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(meaning)).build();
    ObjectBuilder::new()
        .property("type", text("`urn:kaibiao:problem:<code>`"))
        .property("title", text("What it is, in Chinese."))
        .property("title_en", text("The same in English."))
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("code", text("Stable code; other members are details that help."))
        .required("code")
        .required("status")
}

fn text_schema() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).build().into()
}

fn anything() -> Content {
    Content::new(Some(RefOr::<Schema>::from(ObjectBuilder::new().build())))
}

/// The socket is not one of our routes: it is served by `live`.
fn add_socket(paths: &mut Paths) {
    let switching = response(None, "The protocol of docs/api.md, \"Rooms\".");
    let mut operation = OperationBuilder::new()
        .tag("rooms")
        .operation_id(Some("get_rooms_tender_lot"))
        .summary(Some("A room's socket."))
        .description(Some("Anyone with a ticket; what is heard is decided for each batch of frames."))
        .response("101", switching)
        .response("default", problem_response());
    for name in ["tender", "lot"] {
        let parameter =
            ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        operation = operation.parameter(parameter.schema(Some(text_schema())));
    }
    let item = PathItemBuilder::new().operation(HttpMethod::Get, operation.build()).build();
    paths.paths.insert("/api/rooms/{tender}/{lot}".to_owned(), item);
}
