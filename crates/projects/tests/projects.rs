//! What adding and cloning projects promise.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_accounts::UserId;
use lectern_projects::{
    CloneError, ClonePhase, CloneRequest, FolderError, ProjectError, Projects, Retention, clone_repository, git_facts, inspect_folder,
    remove_abandoned_clones,
};
use lectern_store::{Store, StoreOptions, SystemClock, rusqlite};

struct Fixture {
    dir: tempfile::TempDir,
    projects: Projects,
    mira: UserId,
    noor: UserId,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Arc::new(Store::open(&dir.path().join("lectern.db"), &StoreOptions::default(), &SystemClock).expect("a database"));
    store
        .write::<_, rusqlite::Error>(|tx| {
            for id in ["mira", "noor"] {
                tx.execute(
                    "INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES (?1, ?1 || '@x', '', 't', 't')",
                    [id],
                )?;
            }
            Ok(())
        })
        .expect("two users");
    Fixture { dir, projects: Projects::new(store, Arc::new(SystemClock)), mira: UserId::new("mira"), noor: UserId::new("noor") }
}

impl Fixture {
    fn folder(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(&path).expect("a folder");
        path
    }

    fn repository(&self, name: &str) -> PathBuf {
        let path = self.folder(name);
        git(&path, &["init", "-q", "-b", "main"]);
        fs::write(path.join("a.txt"), "one\n").expect("a file");
        git(&path, &["add", "."]);
        git(&path, &["commit", "-q", "-m", "one"]);
        path
    }
}

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@x", "-c", "commit.gpgsign=false"])
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status()
        .expect("git runs");
    assert!(status.success(), "git {args:?}");
}

#[test]
fn the_same_folder_is_one_project_however_its_path_is_written() {
    let f = fixture();
    let root = f.folder("code/ferry");
    let (first, _, existing) = f.projects.add(&f.mira, &root).expect("a project");
    assert!(!existing);
    assert_eq!(first.name, "ferry");
    let (second, _, existing) = f.projects.add(&f.mira, &root.join("../ferry/.")).expect("the same");
    assert!(existing);
    assert_eq!(first.id, second.id);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&root, f.dir.path().join("link")).expect("a link");
        assert_eq!(f.projects.add(&f.mira, &f.dir.path().join("link")).expect("the same").0.id, first.id);
    }
}

#[test]
fn a_profile_sees_and_changes_only_its_own_projects() {
    let f = fixture();
    let root = f.folder("ferry");
    let (mine, _, _) = f.projects.add(&f.mira, &root).expect("a project");
    assert!(f.projects.of_owner(&f.noor).expect("a list").is_empty());
    assert!(matches!(f.projects.get(&f.noor, &mine.id), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.remove(&f.noor, &mine.id), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.restore(&f.noor, &mine.id), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.rename(&f.noor, &mine.id, "x", ""), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.relocate(&f.noor, &mine.id, &root), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.save_settings(&f.noor, &mine.id, "{}"), Err(ProjectError::Unknown)));
    let (theirs, _, existing) = f.projects.add(&f.noor, &root).expect("their own project of the same folder");
    assert!(!existing);
    assert_ne!(theirs.id, mine.id);
    assert_eq!(f.projects.get(&f.mira, &mine.id).expect("untouched").name, "ferry");
}

#[test]
fn removing_can_be_undone_until_the_next_start() {
    let f = fixture();
    let (project, _, _) = f.projects.add(&f.mira, &f.folder("ferry")).expect("a project");
    f.projects.remove(&f.mira, &project.id).expect("a removal");
    assert!(f.projects.of_owner(&f.mira).expect("a list").is_empty());
    assert!(matches!(f.projects.get(&f.mira, &project.id), Err(ProjectError::Unknown)));
    assert_eq!(f.projects.restore(&f.mira, &project.id).expect("an undo").id, project.id);
    f.projects.remove(&f.mira, &project.id).expect("a removal");
    let (again, _, existing) = f.projects.add(&f.mira, &project.root).expect("added again");
    assert!(existing && again.id == project.id, "adding a removed folder brings its project back");
    f.projects.remove(&f.mira, &project.id).expect("a removal");
    assert_eq!(f.projects.purge_removed().expect("a purge"), 1);
    assert!(matches!(f.projects.restore(&f.mira, &project.id), Err(ProjectError::Unknown)));
}

#[test]
fn a_folder_that_cannot_be_a_project_is_refused_with_its_remedy() {
    let f = fixture();
    let missing = f.dir.path().join("gone");
    let error = inspect_folder(&missing).expect_err("missing");
    assert!(matches!(&error, FolderError::Missing(path) if *path == missing), "{error}");
    let file = f.dir.path().join("notes.txt");
    fs::write(&file, "").expect("a file");
    let error = inspect_folder(&file).expect_err("a file");
    assert_eq!(error.code(), "NOT_A_FOLDER");
    assert!(
        error.hint().contains(&*f.dir.path().canonicalize().expect("a path").to_string_lossy()),
        "names the folder to open: {}",
        error.hint()
    );
    let bare = f.folder("bare.git");
    git(&bare, &["init", "-q", "--bare"]);
    let error = inspect_folder(&bare).expect_err("bare");
    assert_eq!(error.code(), "BARE_REPOSITORY");
    assert!(error.hint().contains("Clone"));
    assert!(matches!(f.projects.add(&f.mira, &bare), Err(ProjectError::Folder(_))));
    assert!(f.projects.of_owner(&f.mira).expect("a list").is_empty(), "a refused folder leaves no row");
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_and_somebody_elses_repository_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let f = fixture();
    if fs::metadata("/root").is_ok_and(|_| fs::read_dir("/root").is_ok()) {
        // Root reads everything, but git's ownership check still holds for it.
        let theirs = f.repository("theirs");
        std::os::unix::fs::chown(&theirs, Some(65534), Some(65534)).expect("a change of owner");
        std::os::unix::fs::chown(theirs.join(".git"), Some(65534), Some(65534)).expect("a change of owner");
        let error = inspect_folder(&theirs).expect_err("owned by nobody");
        assert_eq!(error.code(), "OWNED_BY_SOMEONE_ELSE");
        assert!(error.hint().contains("safe.directory"), "{}", error.hint());
        println!("skipped the unreadable folder: this user reads everything");
    } else {
        let closed = f.folder("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("closing it");
        assert_eq!(inspect_folder(&closed).expect_err("closed").code(), "FOLDER_UNREADABLE");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("opening it");
        println!("skipped somebody else's repository: only root can make one");
    }
}

#[test]
fn git_facts_name_the_branch_also_before_the_first_commit_and_the_commit_when_detached() {
    let f = fixture();
    let plain = f.folder("plain");
    assert!(!git_facts(&plain).is_git);
    let empty = f.folder("empty");
    git(&empty, &["init", "-q", "-b", "trunk"]);
    assert!(inspect_folder(&empty).expect("a project").without_commits);
    let facts = git_facts(&empty);
    assert_eq!((facts.is_git, facts.branch.as_deref(), facts.commit), (true, Some("trunk"), None));
    let ferry = f.repository("ferry");
    let facts = git_facts(&ferry);
    assert_eq!(facts.branch.as_deref(), Some("main"));
    let commit = facts.commit.expect("a commit");
    git(&ferry, &["checkout", "-q", "--detach"]);
    assert_eq!(git_facts(&ferry).branch.as_deref(), Some(&commit[..10]));
    let inside = ferry.join("sub");
    fs::create_dir(&inside).expect("a folder");
    assert!(inspect_folder(&inside).expect("a folder").is_git, "a folder inside a working tree belongs to it, as for git");
    assert_eq!(git_facts(&inside).commit, Some(commit));
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).expect("a folder").flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_clone_arrives_whole_with_progress_and_without_running_a_hook() {
    let f = fixture();
    let source = f.repository("source");
    let parent = f.folder("parent");
    let marks = f.folder("marks");
    let phases = std::sync::Mutex::new(Vec::new());
    let request = CloneRequest { url: source.to_string_lossy().into_owned(), parent: parent.clone(), name: "copy".to_owned() };
    let target = clone_repository(&request, &marks, &AtomicBool::new(false), &|progress| {
        phases.lock().expect("no panic").push(progress.phase);
    })
    .expect("a clone");
    assert_eq!(fs::read_to_string(target.join("a.txt")).expect("the file"), "one\n");
    assert_eq!(names(&parent), ["copy"]);
    assert!(names(&marks).is_empty());
    let phases = phases.into_inner().expect("no panic");
    assert_eq!(phases.first(), Some(&ClonePhase::Connecting));
    assert!(phases.contains(&ClonePhase::Receiving) && phases.contains(&ClonePhase::Writing), "{phases:?}");
    let (project, _, _) = f.projects.add(&f.mira, &target).expect("a project");
    assert_eq!(project.repo_url.as_deref(), Some(&*request.url));
}

#[test]
fn a_cancelled_or_failed_clone_leaves_nothing_behind() {
    let f = fixture();
    let source = f.repository("source");
    let parent = f.folder("parent");
    let marks = f.folder("marks");
    let url = source.to_string_lossy().into_owned();
    let request = CloneRequest { url: url.clone(), parent: parent.clone(), name: "copy".to_owned() };
    for stop_at in [ClonePhase::Connecting, ClonePhase::Receiving, ClonePhase::Writing] {
        let cancel = AtomicBool::new(false);
        let result = clone_repository(&request, &marks, &cancel, &|progress| {
            if progress.phase == stop_at {
                cancel.store(true, Ordering::Relaxed);
            }
        });
        assert!(matches!(result, Err(CloneError::Cancelled)), "stopped at {stop_at:?}: {result:?}");
        assert!(names(&parent).is_empty() && names(&marks).is_empty(), "stopped at {stop_at:?}");
    }
    let never = AtomicBool::new(false);
    let missing = CloneRequest { url: f.dir.path().join("nowhere").to_string_lossy().into_owned(), ..request.clone() };
    assert!(matches!(clone_repository(&missing, &marks, &never, &|_| {}), Err(CloneError::Git(_))));
    for bad in ["", "--upload-pack=touch x", "ext::sh -c touch% x"] {
        let request = CloneRequest { url: bad.to_owned(), ..request.clone() };
        assert!(matches!(clone_repository(&request, &marks, &never, &|_| {}), Err(CloneError::BadAddress(_))), "accepted {bad:?}");
    }
    for bad in ["", ".", "..", "a/b", ".git"] {
        let request = CloneRequest { name: bad.to_owned(), ..request.clone() };
        assert!(matches!(clone_repository(&request, &marks, &never, &|_| {}), Err(CloneError::BadName(_))), "accepted {bad:?}");
    }
    assert!(names(&parent).is_empty() && names(&marks).is_empty());
    fs::create_dir(parent.join("copy")).expect("a folder in the way");
    assert!(matches!(clone_repository(&request, &marks, &never, &|_| {}), Err(CloneError::TargetExists(_))));
    assert_eq!(names(&parent), ["copy"], "what was there stays");
}

#[test]
fn what_a_killed_clone_left_is_removed_and_nothing_else() {
    let f = fixture();
    let marks = f.folder("marks");
    let parent = f.folder("parent");
    let left = f.folder("parent/.lectern-clone-abc");
    let kept = f.folder("parent/precious");
    fs::write(marks.join("abc.clone"), left.to_string_lossy().as_bytes()).expect("a mark");
    fs::write(marks.join("evil.clone"), kept.to_string_lossy().as_bytes()).expect("a forged mark");
    remove_abandoned_clones(&marks);
    assert_eq!(names(&parent), ["precious"]);
    assert!(names(&marks).is_empty());
}

#[test]
fn watching_and_keeping_everything_is_the_beginning_and_both_are_the_owners_to_change() {
    let f = fixture();
    let (project, ..) = f.projects.add(&f.mira, &f.folder("ferry")).expect("a project");
    assert_eq!((project.watching, project.retention), (true, Retention::All));
    assert!(matches!(f.projects.set_watching(&f.noor, &project.id, false), Err(ProjectError::Unknown)));
    assert!(matches!(f.projects.set_retention(&f.noor, &project.id, Retention::Thin), Err(ProjectError::Unknown)));
    assert!(!f.projects.set_watching(&f.mira, &project.id, false).expect("its owner may").watching);
    f.projects.set_retention(&f.mira, &project.id, Retention::Thin).expect("its owner may");
    let read = f.projects.get(&f.mira, &project.id).expect("the project");
    assert_eq!((read.watching, read.retention), (false, Retention::Thin));
    assert_eq!(f.projects.thinned().expect("ids"), std::slice::from_ref(&project.id));
    f.projects.remove(&f.mira, &project.id).expect("removed");
    assert!(f.projects.thinned().expect("ids").is_empty(), "what can still be put back stays as it is");
}

#[test]
fn a_repository_in_a_form_that_only_git_reads_is_a_folder_like_any_other() {
    for form in ["--object-format=sha256", "--ref-format=reftable"] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("a folder");
        let made = Command::new("git").args(["init", "--quiet", form]).arg(&root).output();
        if !made.is_ok_and(|made| made.status.success()) {
            println!("skipped: this git knows no {form}");
            continue;
        }
        let folder = inspect_folder(&root).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!((folder.root, folder.is_git), (root, true), "{form}");
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert!(Command::new("git").args(["init", "--quiet"]).arg(dir.path()).status().expect("git runs").success());
    fs::write(dir.path().join(".git/config"), "[core\n").expect("damaged");
    assert_eq!(inspect_folder(dir.path()).expect_err("damaged").code(), "REPOSITORY_REFUSED");
}
