//! Asks axe-core about the page.

use std::fmt::Write as _;
use std::sync::OnceLock;

use serde_json::Value;

use crate::app::App;
use crate::artifacts::repository_root;

const RUN: &str = r"
const done = arguments[arguments.length - 1];
const options = { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
axe.run(document, options).then(
  (results) => done({
    rules: results.passes.length + results.violations.length,
    violations: results.violations.map(({ id, impact, help, nodes }) => ({
      id, impact, help, nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200) + ' — ' + (node.any[0]?.message ?? node.failureSummary ?? '')),
    })),
  }),
  (error) => done({ error: String(error) }),
);";

impl App {
    /// Asserts that axe-core finds nothing serious or critical on the screen as it is now.
    #[track_caller]
    pub fn assert_accessible(&self, screen: &str) {
        static SOURCE: OnceLock<String> = OnceLock::new();
        let source = SOURCE.get_or_init(|| {
            let file = repository_root().join("ui/node_modules/axe-core/axe.min.js");
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{} can't be read ({error}): run npm ci in ui/", file.display()))
        });
        // Colours on their way are nobody's.
        self.wait_transitions();
        let there = self.session().execute("return typeof axe === 'object'", &[]);
        if there.ok() != Some(Value::Bool(true)) {
            let loaded = self.session().execute(source, &[]);
            loaded.unwrap_or_else(|error| panic!("axe-core can't be loaded into the page: {error}"));
        }
        let report = self.session().execute_async(RUN, &[]).unwrap_or_else(|error| panic!("axe-core did not answer: {error}"));
        assert!(report["error"].is_null(), "axe-core failed on {screen}: {}", report["error"]);
        assert!(report["rules"].as_u64() > Some(5), "axe-core looked at next to nothing on {screen}: {report}");
        let mut bad = String::new();
        for violation in report["violations"].as_array().into_iter().flatten() {
            let line = format!("{} ({}): {}", violation["id"], violation["impact"], violation["help"]);
            if matches!(violation["impact"].as_str(), Some("serious" | "critical")) {
                let _ = writeln!(bad, "{line}");
                for node in violation["nodes"].as_array().into_iter().flatten() {
                    let _ = writeln!(bad, "    {}", node.as_str().unwrap_or_default());
                }
            } else {
                println!("axe on {screen}: {line}");
            }
        }
        if !bad.is_empty() {
            self.shot(&format!("axe-{screen}"));
            panic!("axe-core on {screen}:\n{bad}");
        }
    }
}
