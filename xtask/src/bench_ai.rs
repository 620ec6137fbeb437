//! The embedded model beside llama.cpp's own llama-bench, which is built from the very tree that ours is; and what it writes of a whole project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{binary, cargo, target_dir};
use crate::report::{Failed, ask, call, step};
use crate::{fail, model};

/// What carries llama-bench's source; the crate that our engine is built of comes without.
const SOURCE: (&str, &str) = ("llama-cpp-sys-4", "0.11.0");
/// What llama.cpp's build is told in both: `.cargo/config.toml` has the processor's features, the crate's build script the rest.
const SAME: [&str; 3] = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=OFF", "-DGGML_OPENMP=OFF"];

/// Builds both and lets them take turns. `part` is `speed`, `grammar`, `first`, `cancel` or `kill`; without it all but the last are measured.
pub fn run(part: Option<&str>) -> Result<(), Failed> {
    step("Provide the default model", model::provide)?;
    let Some(model) = model::path() else { fail!("the default model is not there") };
    step("Build the model's process and what asks it", || {
        call(cargo().args(["build", "--release", "--locked", "-p", "lectern-model", "--bins", "--examples"]))
    })?;
    let mut peer = PathBuf::from("none");
    step("Build llama-bench", || {
        match llama_bench() {
            Ok(built) => peer = built,
            Err(failed) => println!("    WARNING: llama-bench could not be built ({failed}); our figures stand alone"),
        }
        Ok(())
    })?;
    println!();
    let mut command = Command::new(target_dir()?.join("release/examples/model_bench"));
    command.arg(binary("release", "lectern-model")?).arg(model).arg(peer).args(part);
    call(&mut command)
}

/// Writes a page about a project and one about each of its code files with the default model, and judges them by what lies on disk. With `--keep DATA`
/// the data folder stays: a run that was ended is gone on with.
pub fn docs(folder: &Path, rest: &[String]) -> Result<(), Failed> {
    step("Provide the default model", model::provide)?;
    let Some(model) = model::path() else { fail!("the default model is not there") };
    step("Build Lectern and what asks it", || {
        call(cargo().args(["build", "--release", "--locked", "-p", "lectern-cli", "-p", "lectern-ai", "--bins", "--examples"]))
    })?;
    let scratch = tempfile::tempdir()?;
    let (data, more): (PathBuf, &[String]) = match rest {
        [keep, data, more @ ..] if keep == "--keep" => (data.into(), more),
        more => (scratch.path().join("data"), more),
    };
    fs::create_dir_all(data.join("models"))?;
    let place = data.join("models").join(model.file_name().unwrap_or_default());
    if !place.exists() {
        fs::copy(&model, place)?;
    }
    println!();
    let mut command = Command::new(target_dir()?.join("release/examples/docs_bench"));
    command.arg(binary("release", "lectern")?).arg(folder).arg(&data).arg(scratch.path().join("site")).args(more);
    call(&mut command)
}

/// Builds it in the target folder, from the tree of the crate that our engine is linked with.
fn llama_bench() -> Result<PathBuf, Failed> {
    let folder = target_dir()?.join("bench/llama");
    let tree = engine_source()?.join("llama.cpp");
    let source = bench_source(&folder)?;
    let manifest = format!(
        "cmake_minimum_required(VERSION 3.14)\nproject(peer C CXX)\nadd_subdirectory(\"{}\" llama EXCLUDE_FROM_ALL)\n\
         add_executable(llama-bench \"{1}/llama-bench.cpp\" \"{1}/main.cpp\")\n\
         target_link_libraries(llama-bench PRIVATE llama-common llama)\ntarget_compile_features(llama-bench PRIVATE cxx_std_17)\n",
        tree.display(),
        source.display()
    );
    let file = folder.join("CMakeLists.txt");
    if !fs::read_to_string(&file).is_ok_and(|found| found == manifest) {
        fs::write(file, manifest)?;
    }
    let build = folder.join("build");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(&folder).arg("-B").arg(&build).args(SAME).args(["-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_BUILD_COMMON=ON"]);
    for part in [
        "LLAMA_BUILD_TOOLS",
        "LLAMA_BUILD_TESTS",
        "LLAMA_BUILD_EXAMPLES",
        "LLAMA_BUILD_SERVER",
        "LLAMA_BUILD_APP",
        "LLAMA_CURL",
        "LLAMA_OPENSSL",
    ] {
        configure.arg(format!("-D{part}=OFF"));
    }
    // Set by `.cargo/config.toml` for this program too.
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("GGML_")) {
        configure.arg(format!("-D{name}={value}"));
    }
    let flags = "-ffunction-sections -fdata-sections -fPIC -m64 -w";
    if cfg!(all(target_arch = "x86_64", unix)) {
        configure.arg(format!("-DCMAKE_C_FLAGS={flags}")).arg(format!("-DCMAKE_CXX_FLAGS={flags}"));
    }
    ask(&mut configure)?;
    // Without a number, make starts everything at once.
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    call(Command::new("cmake").arg("--build").arg(&build).args(["--target", "llama-bench", "--parallel", &jobs]))?;
    let built = build.join("llama-bench");
    if built.is_file() { Ok(built) } else { fail!("there is no {}", built.display()) }
}

/// Where cargo unpacked the crate that the engine is built of.
fn engine_source() -> Result<PathBuf, Failed> {
    let text = ask(cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|error| Failed(format!("cargo metadata: {error}")))?;
    let manifest = metadata["packages"].as_array().into_iter().flatten().find(|package| package["name"] == "llama-cpp-sys-2");
    let manifest =
        manifest.and_then(|package| package["manifest_path"].as_str()).ok_or_else(|| Failed("cargo knows no llama-cpp-sys-2".into()))?;
    Ok(Path::new(manifest).parent().unwrap_or(Path::new("")).to_path_buf())
}

/// llama-bench's source, fetched as an ordinary crate that nothing of ours depends on.
fn bench_source(folder: &Path) -> Result<PathBuf, Failed> {
    let (name, version) = SOURCE;
    let carrier = folder.join("carrier");
    fs::create_dir_all(carrier.join("src"))?;
    fs::write(carrier.join("src/lib.rs"), "")?;
    fs::write(
        carrier.join("Cargo.toml"),
        format!(
            "[package]\nname = \"carrier\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{name} = \"={version}\"\n\n[workspace]\n"
        ),
    )?;
    let text = ask(cargo().current_dir(&carrier).args(["metadata", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|error| Failed(format!("cargo metadata: {error}")))?;
    let manifest = metadata["packages"].as_array().into_iter().flatten().find(|package| package["name"] == name);
    let manifest =
        manifest.and_then(|package| package["manifest_path"].as_str()).ok_or_else(|| Failed(format!("cargo knows no {name}")))?;
    let source = Path::new(manifest).parent().unwrap_or(Path::new("")).join("llama.cpp/tools/llama-bench");
    if source.join("llama-bench.cpp").is_file() { Ok(source) } else { fail!("{name} {version} comes without llama-bench") }
}
