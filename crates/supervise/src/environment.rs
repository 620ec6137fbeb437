//! What of the environment a supervised program gets to see.
//!
//! Everything is taken away but what toolchains need to be found and to work: names in [`ALLOWED`], and names that begin with one of
//! [`ALLOWED_PREFIXES`]. Nothing that holds a secret by custom (tokens, passwords, keys, `SSH_AUTH_SOCK`, cloud credentials, registry logins)
//! is among them, and no variable of Lectern's own ever is. Proxies are passed on unless their address holds a user name or password: behind one,
//! a dev server that fetches a dependency would fail otherwise. Then [`FIXED`] is set, then what the request adds.

#[cfg(unix)]
use std::ffi::OsString;
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Names that pass.
#[rustfmt::skip]
pub const ALLOWED: &[&str] = &[
    // The user, the computer, its language.
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "HOSTNAME",
    // Where tools keep their settings, data and caches.
    "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
    // JavaScript.
    "NVM_DIR", "NVM_BIN", "NVM_INC", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "FNM_DIR", "FNM_MULTISHELL_PATH", "FNM_VERSION_FILE_STRATEGY",
    "VOLTA_HOME", "N_PREFIX", "PNPM_HOME", "BUN_INSTALL", "DENO_DIR", "DENO_INSTALL", "COREPACK_HOME", "YARN_CACHE_FOLDER",
    "NPM_CONFIG_PREFIX", "NPM_CONFIG_CACHE", "npm_config_prefix", "npm_config_cache",
    // Python.
    "PYENV_ROOT", "PYENV_VERSION", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_EXE", "UV_CACHE_DIR",
    "UV_PYTHON_INSTALL_DIR", "PIPENV_VENV_IN_PROJECT", "POETRY_HOME", "POETRY_CACHE_DIR", "PIPX_HOME",
    // Ruby and PHP.
    "RBENV_ROOT", "RBENV_VERSION", "GEM_HOME", "GEM_PATH", "BUNDLE_PATH", "RUBY_VERSION", "rvm_path", "COMPOSER_HOME", "COMPOSER_CACHE_DIR", "PHPENV_ROOT",
    // Go, Rust, Java, .NET and others.
    "GOPATH", "GOROOT", "GOBIN", "GOCACHE", "GOMODCACHE", "GOTOOLCHAIN", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR",
    "JAVA_HOME", "JDK_HOME", "JRE_HOME", "MAVEN_HOME", "M2_HOME", "GRADLE_HOME", "GRADLE_USER_HOME", "SDKMAN_DIR", "KOTLIN_HOME", "ANDROID_HOME",
    "DOTNET_ROOT", "NUGET_PACKAGES", "ELIXIR_HOME", "MIX_HOME", "HEX_HOME", "GHCUP_INSTALL_BASE_PREFIX", "OPAMROOT", "OPAMSWITCH", "DART_SDK", "FLUTTER_ROOT",
    "HUGO_CACHEDIR",
    // Version managers and package managers of all languages.
    "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "MISE_CONFIG_DIR", "PROTO_HOME", "HOMEBREW_PREFIX", "HOMEBREW_CELLAR", "HOMEBREW_REPOSITORY",
    "NIX_PATH", "NIX_PROFILES", "NIX_SSL_CERT_FILE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
    // Certificates.
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    // Windows, when it comes.
    "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "ProgramData", "ProgramFiles", "ProgramFiles(x86)",
];

/// Names that begin with one of these pass.
pub const ALLOWED_PREFIXES: &[&str] = &["LC_"];

/// These pass if there is no user name or password in them.
pub const PROXIES: &[&str] = &["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// Set for every program: no colours, no window, no terminal. `CI` is not set, because tools refuse to serve under it.
pub const FIXED: &[(&str, &str)] = &[("TERM", "dumb"), ("NO_COLOR", "1"), ("FORCE_COLOR", "0"), ("BROWSER", "none")];

/// Whether a variable passes.
pub fn passes(name: &OsStr, value: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    if PROXIES.contains(&name) {
        return !value.as_encoded_bytes().contains(&b'@');
    }
    ALLOWED.contains(&name) || ALLOWED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What passes of this process's own environment, with [`FIXED`].
#[cfg(unix)]
pub(crate) fn allowed() -> Vec<(OsString, OsString)> {
    let passed = env::vars_os().filter(|(name, value)| passes(name, value));
    passed.chain(FIXED.iter().map(|(name, value)| ((*name).into(), (*value).into()))).collect()
}

/// Where a program is that is called by its name alone, as this process's PATH has it. Folders that are not absolute don't count: what
/// stands in a project is never taken for a program of the computer.
pub fn program_on_path(name: &str) -> Option<PathBuf> {
    program_in(name, &env::var_os("PATH")?)
}

/// The same along another PATH.
pub(crate) fn program_in(name: &str, path: &OsStr) -> Option<PathBuf> {
    if name.is_empty() || Path::new(name).components().count() != 1 || name.contains(['/', '\0']) || matches!(name, "." | "..") {
        return None;
    }
    let names: Vec<String> = if cfg!(windows) && Path::new(name).extension().is_none() {
        ["exe", "cmd", "bat"].iter().map(|extension| format!("{name}.{extension}")).collect()
    } else {
        vec![name.to_owned()]
    };
    env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)).collect::<Vec<_>>())
        .find(|program| is_executable(program))
}

/// Whether it is a file that this user may execute.
pub(crate) fn is_executable(program: &Path) -> bool {
    #[cfg(unix)]
    let may = nix::unistd::access(program, nix::unistd::AccessFlags::X_OK).is_ok();
    #[cfg(not(unix))]
    let may = true;
    may && program.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_pass_and_tools_do() {
        let passes = |name: &str, value: &str| passes(OsStr::new(name), OsStr::new(value));
        #[rustfmt::skip]
        let secret = [
            "LECTERN_PASSWORD_FILE", "LECTERN_DATA_DIR", "LECTERN_SUPERVISED", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "GH_TOKEN",
            "NPM_TOKEN", "NODE_AUTH_TOKEN", "npm_config__auth", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "SSH_AUTH_SOCK", "GPG_AGENT_INFO", "DATABASE_URL",
            "DBUS_SESSION_BUS_ADDRESS", "PGPASSWORD", "CARGO_REGISTRY_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS", "LD_PRELOAD", "NODE_OPTIONS", "CI",
            "PORT", "DISPLAY", "path", "",
        ];
        for name in secret {
            assert!(!passes(name, "x"), "{name} stays here");
        }
        for name in ["PATH", "HOME", "LC_ALL", "LANG", "NVM_DIR", "PYENV_ROOT", "CARGO_HOME", "GOPATH", "JAVA_HOME", "XDG_CACHE_HOME"] {
            assert!(passes(name, "x"), "{name} is needed");
        }
        assert!(passes("https_proxy", "http://proxy.example:3128"));
        assert!(!passes("https_proxy", "http://mira:secret@proxy.example:3128"), "a proxy's password stays here");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_is_found_on_the_path_and_never_in_a_relative_folder() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("mystery");
        std::fs::write(&program, "#!/bin/sh\n").expect("written");
        let path = folder.path().as_os_str();
        assert_eq!(program_in("mystery", path), None, "not executable");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("rights");
        assert_eq!(program_in("mystery", path), Some(program.clone()));
        assert_eq!(program_in("other", path), None);
        for odd in ["", ".", "..", "./mystery", "a/mystery", "mystery/", "/bin/sh", "a\0b"] {
            assert_eq!(program_in(odd, path), None, "{odd:?}");
        }
        std::fs::create_dir(folder.path().join("folder")).expect("a folder");
        assert_eq!(program_in("folder", path), None, "a folder is no program");
        for relative in [".", "", "node_modules/.bin"] {
            assert_eq!(program_in("Cargo.toml", OsStr::new(relative)), None);
        }
        assert!(program_on_path("sh").is_some_and(|program| program.is_absolute()));
    }
}
