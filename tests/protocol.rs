//! The TypeScript types of the wire are those of the Rust code: `web/src/protocol.ts` is generated, and this test says
//! when it is out of date. `UPDATE=1 cargo test --test protocol` writes it.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kaibiao::centre::{CentreCommand, CentreEvent, Rehearsal};
use kaibiao::custodian::record::SignedLine;
use kaibiao::law::{Dated, Holidays};
use kaibiao::ocds::ImportedDraft;
use kaibiao::tender::{
    Audience, Event, LotCommand, OpeningRecord, Report, TenderCommand, TenderSummary, TenderView,
};
use ts_rs::{Config, TS, TypeVisitor};

/// Types whose Rust twin lives in the crate of written formats, which knows no TypeScript.
const WRITTEN_FORMATS: &str = "\
export type ManifestLine = { core_sha256: string, envelope: 1 | 2 | 3 | 4, root: string, submission: string, total_len: number, };
";

struct Gatherer {
    config: Config,
    seen: BTreeSet<TypeId>,
    declarations: BTreeMap<String, String>,
}

impl Gatherer {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        if self.seen.insert(TypeId::of::<T>()) {
            if T::output_path().is_some() {
                self.declarations.insert(T::ident(&self.config), T::decl(&self.config));
            }
            T::visit_dependencies(self);
            T::visit_generics(self);
        }
    }
}

impl TypeVisitor for Gatherer {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

fn protocol() -> String {
    let mut gatherer =
        Gatherer { config: Config::new(), seen: BTreeSet::new(), declarations: BTreeMap::new() };
    gatherer.add::<TenderCommand>();
    gatherer.add::<LotCommand>();
    gatherer.add::<CentreCommand>();
    gatherer.add::<Event>();
    gatherer.add::<CentreEvent>();
    gatherer.add::<TenderView>();
    gatherer.add::<TenderSummary>();
    gatherer.add::<OpeningRecord>();
    gatherer.add::<Report>();
    gatherer.add::<Audience>();
    gatherer.add::<ImportedDraft>();
    gatherer.add::<Rehearsal>();
    gatherer.add::<Dated>();
    gatherer.add::<Holidays>();
    gatherer.add::<SignedLine>();
    let mut text = String::from("// Generated from the Rust types by tests/protocol.rs. Do not edit.\n\n");
    text.push_str(WRITTEN_FORMATS);
    for declaration in gatherer.declarations.values() {
        text.push_str("\nexport ");
        text.push_str(&declaration.replace("bigint", "number"));
        text.push('\n');
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the switch of this test alone")]
fn the_types_of_the_web_app_are_those_of_the_platform() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/protocol.ts");
    let now = protocol();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).expect("web/src is writable");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == now, "web/src/protocol.ts is out of date: UPDATE=1 cargo test --test protocol");
}
