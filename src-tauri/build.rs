//! Prepares what `generate_context!` reads: the capabilities beside this file, and a built interface.

fn main() {
    // The context macro needs the folder to exist before clippy and tests; the real one comes from `npm run build`.
    let dist = std::path::Path::new("ui/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(dist).expect("ui/dist can be created in the checkout");
        std::fs::write(
            dist.join("index.html"),
            "<!doctype html><title>Lectern</title><p>The interface is not built. Run cargo xtask run.</p>",
        )
        .expect("ui/dist can be written");
    }
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/*.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("the Tauri build step failed: {error:#}");
    }
}
