//! What exporting promises: the version, whole, or nothing.

mod common;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Read,
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, PermissionsExt, symlink},
    },
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use common::{Fixture, PROJECT, fixture};
use lectern_sync::{
    Content, Export, ExportError, ExportFormat, Exported, Keeps, LeftOut, LeftOutReason, Manifest, RepoPath, SyncError, manifest_of,
};

type Files = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;

fn export_with(
    fixture: &Fixture,
    manifest: &Manifest,
    target: &Path,
    format: ExportFormat,
    cancel: &AtomicBool,
    progress: &dyn Fn(u64, u64),
) -> Result<Exported, ExportError> {
    let from_folder = |path: &RepoPath, _: &Content| -> Option<Box<dyn Read>> {
        fs::File::open(path.below(&fixture.root)).ok().map(|file| Box::new(file) as Box<dyn Read>)
    };
    let (store, objects) = (&*fixture.store, &*fixture.objects);
    Export { store, objects, manifest, name: "a/b: p", target, format, from_folder: &from_folder, cancel, progress }.run()
}

fn export(fixture: &Fixture, target: &Path, format: ExportFormat) -> Result<Exported, ExportError> {
    let manifest = manifest_of(&fixture.store, PROJECT, 1).expect("read").expect("v1");
    export_with(fixture, &manifest, target, format, &AtomicBool::new(false), &|_, _| {})
}

/// Everything that a tree can hold; `odd` names too.
fn tree(odd: bool) -> Fixture {
    let fixture = fixture();
    fixture.write("README.md", "# Hi\n");
    fixture.write("src/run.sh", "#!/bin/sh\n");
    fs::set_permissions(fixture.root.join("src/run.sh"), fs::Permissions::from_mode(0o755)).expect("executable");
    fixture.write("empty", "");
    fixture.write("crlf", "a\r\nb\r\n");
    fixture.write(&format!("{}/{}/deep.txt", "long".repeat(40), "name".repeat(50)), "deep");
    symlink("src/run.sh", fixture.root.join("link")).expect("linked");
    symlink("./odd//../target/", fixture.root.join("src/untidy")).expect("linked");
    symlink("t".repeat(300), fixture.root.join("src/long-link")).expect("linked");
    fixture.write("binary", b"\0\x01\x02");
    if odd {
        common::write(&fixture.root, b"caf\xe9/\xff\xfe", b"bytes");
    }
    fixture.sync();
    fixture
}

/// Mode and bytes (a link's: its target) of everything below a folder that is no folder.
fn read_folder(root: &Path) -> Files {
    let mut found = Files::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(root.join(&directory)).expect("listed") {
            let path = directory.join(entry.expect("an entry").file_name());
            let metadata = fs::symlink_metadata(root.join(&path)).expect("metadata");
            let name = path.as_os_str().as_bytes().to_vec();
            if metadata.is_dir() {
                pending.push(path);
            } else if metadata.is_symlink() {
                let target = fs::read_link(root.join(&path)).expect("a link");
                found.insert(name, (0o120_000, target.as_os_str().as_bytes().to_vec()));
            } else {
                found.insert(name, (metadata.mode() & 0o100, fs::read(root.join(&path)).expect("read")));
            }
        }
    }
    found
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".lectern")).collect()
}

#[test]
fn a_folder_has_the_very_same_files_and_the_versions_time() {
    let fixture = tree(true);
    let target = fixture.root.with_file_name("out");
    let exported = export(&fixture, &target, ExportFormat::Folder).expect("exported");
    assert_eq!(read_folder(&target), read_folder(&fixture.root));
    assert_eq!((exported.files, exported.left_out_total), (10, 0));
    assert_eq!(exported.bytes, fixture.latest().data.bytes);
    for path in ["README.md", "link", "src", ""] {
        let modified = fs::symlink_metadata(target.join(path)).expect("there").mtime();
        assert_eq!(modified, fixture.latest().created_at.millis() / 1000, "{path:?}");
    }
    assert!(leftovers(target.parent().expect("a parent")).is_empty());
}

#[test]
fn a_tar_archive_unpacks_to_the_very_same_files() {
    let fixture = tree(true);
    let target = fixture.root.with_file_name("out.tar.gz");
    let exported = export(&fixture, &target, ExportFormat::TarGz).expect("exported");
    assert_eq!((exported.files, exported.left_out_total), (10, 0));
    let unpacked = fixture.root.with_file_name("unpacked");
    fs::create_dir(&unpacked).expect("a folder");
    let status = Command::new("tar").arg("-xzf").arg(&target).arg("-C").arg(&unpacked).status().expect("tar runs");
    assert!(status.success());
    assert_eq!(read_folder(&unpacked.join("a-b- p-v1")), read_folder(&fixture.root));
    assert_eq!(fs::read_dir(&unpacked).expect("listed").count(), 1, "everything is below one folder");
    let modified = fs::metadata(unpacked.join("a-b- p-v1/README.md")).expect("there").mtime();
    assert_eq!(modified, fixture.latest().created_at.millis() / 1000);
}

#[test]
fn a_zip_archive_unpacks_to_the_very_same_files_but_for_names_that_it_cannot_hold() {
    let fixture = tree(true);
    let target = fixture.root.with_file_name("out.zip");
    let exported = export(&fixture, &target, ExportFormat::Zip).expect("exported");
    assert_eq!((exported.files, exported.left_out_total), (9, 1));
    let path = RepoPath::new(&b"caf\xe9/\xff\xfe"[..]).expect("a path");
    assert_eq!(exported.left_out, [LeftOut { path, why: LeftOutReason::Name }]);
    fs::remove_dir_all(fixture.root.join(OsStr::from_bytes(b"caf\xe9"))).expect("removed");
    let expected = read_folder(&fixture.root);

    let mut archive = zip::ZipArchive::new(fs::File::open(&target).expect("opened")).expect("a zip archive");
    let mut found = Files::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("an entry");
        let name = file.name().expect("UTF-8").strip_prefix("a-b- p-v1/").expect("below one folder").as_bytes().to_vec();
        if file.is_dir() {
            continue;
        }
        let mode = file.unix_mode().expect("a mode");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("sound");
        found.insert(name, (if mode & 0o170_000 == 0o120_000 { 0o120_000 } else { mode & 0o100 }, bytes));
    }
    assert_eq!(found, expected);

    if Command::new("unzip").arg("-v").output().is_err() {
        println!("skipped: there is no unzip");
        return;
    }
    let unpacked = fixture.root.with_file_name("unpacked");
    let status = Command::new("unzip").arg("-q").arg(&target).arg("-d").arg(&unpacked).status().expect("unzip runs");
    assert!(status.success());
    assert_eq!(read_folder(&unpacked.join("a-b- p-v1")), expected);
}

#[test]
fn contents_that_were_not_kept_come_from_the_folder_only_while_they_are_the_same() {
    for format in [ExportFormat::Folder, ExportFormat::TarGz, ExportFormat::Zip] {
        let fixture = fixture().keeping(Keeps { binary: 0, text: 1024 * 1024 });
        let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
        fixture.write("large", &large);
        fixture.write("same.bin", b"\0same");
        fixture.write("changed.bin", b"\0before");
        fixture.write("gone.bin", b"\0gone");
        fixture.write("kept", "kept");
        fixture.sync();
        fixture.write("changed.bin", b"\0after.");
        fixture.write("kept", "edited since");
        fs::remove_file(fixture.root.join("gone.bin")).expect("removed");
        let target = fixture.root.with_file_name("out");
        let exported = export(&fixture, &target, format).expect("exported");
        let left_out: Vec<String> = exported.left_out.iter().map(|left_out| left_out.path.key()).collect();
        assert_eq!((exported.files, left_out), (3, vec!["changed.bin".to_owned(), "gone.bin".to_owned()]), "{format:?}");
        if format == ExportFormat::Folder {
            assert!(fs::read(target.join("large")).expect("there") == large);
            assert_eq!(fs::read(target.join("kept")).expect("there"), b"kept");
            assert_eq!(fs::read_dir(&target).expect("listed").count(), 3);
        }
        // The same sizes, other bytes: the large one too is not what it was.
        fixture.write("large", vec![0; large.len()]);
        let again = export(&fixture, &fixture.root.with_file_name("again"), format).expect("exported");
        assert_eq!(again.left_out_total, 3, "{format:?}");
        assert!(leftovers(target.parent().expect("a parent")).is_empty());
    }
}

#[test]
fn what_a_killed_export_left_is_never_recorded_and_goes_with_the_next_one() {
    let fixture = tree(false);
    let manifest = fixture.latest();
    // Into the project itself, and killed: a scan in the middle is not to see any of it.
    let left = fixture.root.join(".lectern-export-01900000-0000-7000-8000-000000000000.tmp");
    fs::create_dir_all(left.join("export/deep")).expect("folders");
    fs::write(left.join("lock"), "").expect("a file");
    fs::write(left.join("export/deep/file"), "half").expect("a file");
    let before_lock = fixture.root.join(".lectern-export-01900000-0000-7000-8000-000000000001.tmp");
    fs::create_dir(&before_lock).expect("a folder");
    let held = fixture.root.join(".lectern-export-01900000-0000-7000-8000-000000000002.tmp");
    fs::create_dir(&held).expect("a folder");
    let lock = fs::File::create(held.join("lock")).expect("a file");
    lock.lock().expect("held");
    let theirs = fixture.root.join(".lectern-export-01900000-0000-7000-8000-000000000003.tmp");
    fs::create_dir(&theirs).expect("a folder");
    fs::write(theirs.join("notes"), "somebody's own").expect("a file");
    fixture.sync();
    assert_eq!(fixture.latest().hash, manifest.hash, "none of them is a file of the project");
    let seen = std::cell::Cell::new(false);
    let look = |_, _| {
        fixture.sync();
        seen.set(fixture.latest().hash == manifest.hash);
    };
    let target = fixture.root.join("out");
    export_with(&fixture, &manifest, &target, ExportFormat::Folder, &AtomicBool::new(false), &look).expect("exported");
    assert!(seen.get(), "nor is what is being exported");
    assert_eq!((left.exists(), before_lock.exists()), (false, false), "nobody holds these");
    assert!(held.exists() && theirs.exists(), "another export is made there, and somebody's own file is");
    assert_eq!(leftovers(&fixture.root).len(), 2);
}

#[test]
fn what_is_there_is_never_written_over_and_a_cancelled_export_leaves_nothing() {
    for format in [ExportFormat::Folder, ExportFormat::TarGz, ExportFormat::Zip] {
        let fixture = tree(false);
        let manifest = fixture.latest();
        let folder = fixture.root.parent().expect("a parent").to_owned();
        for (name, make) in [("file", 0), ("folder", 1), ("dangling", 2)] {
            let target = folder.join(name);
            match make {
                0 => fs::write(&target, "mine").expect("a file"),
                1 => fs::create_dir(&target).expect("a folder"),
                _ => symlink("nowhere", &target).expect("a link"),
            }
            assert!(matches!(export(&fixture, &target, format), Err(ExportError::TargetExists)), "{format:?} {name}");
        }
        assert_eq!(fs::read(folder.join("file")).expect("there"), b"mine");
        let target = folder.join("out");
        let cancel = AtomicBool::new(false);
        let stop = |files, _| cancel.store(files >= 3, Ordering::Relaxed);
        let error = export_with(&fixture, &manifest, &target, format, &cancel, &stop).expect_err("stopped");
        assert!(matches!(error, ExportError::Sync(SyncError::Cancelled)), "{error}");
        // Somebody takes the name in the last moment.
        let last = manifest.data.files;
        let race = |files, _| {
            if files == last {
                fs::write(&target, "theirs").expect("a file");
            }
        };
        let error = export_with(&fixture, &manifest, &target, format, &AtomicBool::new(false), &race).expect_err("refused");
        assert!(matches!(error, ExportError::TargetExists), "{error}");
        assert_eq!(fs::read(&target).expect("there"), b"theirs");
        let nowhere = folder.join("no/such/folder");
        assert!(matches!(export(&fixture, &nowhere, format), Err(ExportError::TargetUnwritable(_))));
        assert!(leftovers(&folder).is_empty(), "{format:?}");
    }
}
