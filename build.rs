//! Makes the folder of the web app's build exist: without `npm run build` the executable has the interface but no pages.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
    let folder = Path::new("web/dist");
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!("cargo::warning=cannot make {}: {error}", folder.display());
    }
}
