//! Measures starts in the real window: Lectern with the project that was open last, in turns with the program that is named.
//!
//! Prints milliseconds from the start of the process until text is on the screen, and until the screen is what it will be; and the memory two
//! seconds later. Both programs get the same screen, bus and home folder. The other program is given a new home folder's caches, as ours is.

#[cfg(target_os = "linux")]
fn main() {
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use lectern_e2e::flows::{EMAIL, PASSWORD};
    use lectern_e2e::process::{Guarded, peak_resident_kib, poll, proportional_kib, tree_of};
    use lectern_e2e::{Binaries, Bus, Framebuffer, Stage, project};

    const RUNS: usize = 7;
    /// Between two looks at the screen.
    const PAUSE: Duration = Duration::from_millis(4);

    #[derive(Default)]
    struct Readings {
        text: Vec<f64>,
        whole: Vec<f64>,
        shared_out: Vec<f64>,
        resident: Vec<f64>,
    }

    fn median(values: &mut [f64]) -> f64 {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// How many colours there are, up to 40. An unpainted window is one and its frame a few; the edges of text have many.
    fn colours(samples: &[[u8; 3]]) -> usize {
        let mut seen = std::collections::HashSet::new();
        for pair in samples.windows(2) {
            if pair[0] != pair[1] && seen.insert(pair[1]) && seen.len() >= 40 {
                break;
            }
        }
        seen.len()
    }

    /// The part of the screen that differs.
    fn difference(one: &[[u8; 3]], other: &[[u8; 3]]) -> f64 {
        let differing = one.iter().zip(other).filter(|(a, b)| a != b).count();
        differing as f64 / one.len().max(1) as f64
    }

    fn start(stage: &Stage, screen: &Framebuffer, program: &std::path::Path, arguments: &[String], readings: Option<&mut Readings>) {
        let mut command = stage.desktop().command(program);
        command.args(arguments);
        // What the last one showed is gone.
        let bare = poll(Duration::from_secs(5), || colours(&screen.samples()) < 40);
        assert!(bare, "something else is on the screen");
        let began = Instant::now();
        let mut window = Guarded::start(&command, &stage.artifacts().join("starting.log"));
        let mut looks: Vec<(f64, Vec<[u8; 3]>)> = Vec::new();
        while began.elapsed() < Duration::from_secs(3) && window.is_running() {
            let samples = screen.samples();
            if looks.last().is_none_or(|(_, last)| *last != samples) {
                looks.push((began.elapsed().as_secs_f64() * 1e3, samples));
            }
            std::thread::sleep(PAUSE);
        }
        assert!(window.is_running(), "{} ended; see starting.log", program.display());
        let Some(readings) = readings else { return };
        let picture = program.file_stem().expect("a program has a name").to_string_lossy().into_owned();
        screen.save(&stage.artifacts().join(format!("{picture}.png")));
        let text = looks.iter().find(|(_, samples)| colours(samples) >= 40);
        let text = text.unwrap_or_else(|| panic!("{} painted nothing", program.display())).0;
        let (_, last) = looks.last().expect("the window was painted");
        // What still moves at the end (a clock, a mark that fades) is not waited for.
        let differs = |samples: &[[u8; 3]]| difference(samples, last) > 0.01;
        let whole = looks.iter().rposition(|(_, samples)| differs(samples)).and_then(|at| looks.get(at + 1)).map_or(text, |look| look.0);
        let family = tree_of(window.id());
        let sum = |read: fn(u32) -> Option<u64>| family.iter().filter_map(|&id| read(id)).sum::<u64>() as f64 / 1e3;
        readings.text.push(text);
        readings.whole.push(whole);
        readings.shared_out.push(sum(proportional_kib));
        readings.resident.push(sum(peak_resident_kib));
    }

    let other = PathBuf::from(std::env::args_os().nth(1).expect("the other program's path is the first argument"));
    let stage = Stage::with_bus("starting", Bus::Keychain);
    let screen = stage.desktop().framebuffer().clone();
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.find("#first-run");
    app.click("checkbox", "Stay signed in");
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.open_in_tree("src/main.rs");
    app.find("#workspace .cm-content .k");
    // The view is stored a moment after it changed.
    std::thread::sleep(Duration::from_secs(2));
    app.close(stage.desktop());

    let ours = Binaries::locate().desktop;
    let arguments = ["--data-dir".to_owned(), stage.data_dir().to_string_lossy().into_owned()];
    let (mut mine, mut theirs) = (Readings::default(), Readings::default());
    for run in 0..=RUNS {
        // The first turn only warms the file cache.
        start(&stage, &screen, &other, &[], (run > 0).then_some(&mut theirs));
        start(&stage, &screen, &ours, &arguments, (run > 0).then_some(&mut mine));
    }
    println!("  {:<16} {:>12} {:>14} {:>26} {:>26}", "", "first paint", "whole screen", "memory, shares divided", "peak resident, summed");
    for (name, readings) in [("lectern-desktop", &mut mine), ("hello-world", &mut theirs)] {
        println!(
            "  {name:<16} {:>9.0} ms {:>11.0} ms {:>23.0} MB {:>23.0} MB",
            median(&mut readings.text),
            median(&mut readings.whole),
            median(&mut readings.shared_out),
            median(&mut readings.resident)
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the window is driven on Linux only");
}
