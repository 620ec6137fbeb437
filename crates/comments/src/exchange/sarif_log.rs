//! The parts of a SARIF 2.1.0 log that a thread is made of, as the OASIS standard names them.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
pub struct Log {
    #[serde(default)]
    pub runs: Vec<Run>,
}

/// What tells a log from other JSON.
#[derive(Deserialize)]
pub struct Head {
    pub version: Option<String>,
    pub runs: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub tool: Option<Tool>,
    /// `None` when the tool was only asked about itself.
    pub results: Option<Vec<SarifResult>>,
    #[serde(default)]
    pub artifacts: Vec<Artifact>,
    #[serde(default)]
    pub original_uri_base_ids: BTreeMap<String, ArtifactLocation>,
    #[serde(default)]
    pub invocations: Vec<Invocation>,
}

#[derive(Deserialize)]
pub struct Tool {
    pub driver: Component,
    #[serde(default)]
    pub extensions: Vec<Component>,
}

#[derive(Deserialize)]
pub struct Component {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    #[serde(default)]
    pub id: String,
    pub name: Option<String>,
    pub short_description: Option<Message>,
    #[serde(default)]
    pub message_strings: BTreeMap<String, Message>,
    pub default_configuration: Option<Configuration>,
    pub help_uri: Option<String>,
}

#[derive(Deserialize)]
pub struct Configuration {
    pub level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    pub start_time_utc: Option<String>,
    pub end_time_utc: Option<String>,
}

#[derive(Deserialize)]
pub struct Artifact {
    pub location: Option<ArtifactLocation>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct SarifResult {
    pub rule_id: Option<String>,
    pub rule_index: Option<i64>,
    pub rule: Option<RuleReference>,
    pub kind: Option<String>,
    pub level: Option<String>,
    #[serde(default)]
    pub message: Message,
    #[serde(default)]
    pub locations: Vec<Location>,
    #[serde(default)]
    pub related_locations: Vec<Location>,
    #[serde(default)]
    pub fingerprints: BTreeMap<String, String>,
    #[serde(default)]
    pub partial_fingerprints: BTreeMap<String, String>,
    #[serde(default)]
    pub suppressions: Option<Vec<Suppression>>,
    pub baseline_state: Option<String>,
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleReference {
    pub id: Option<String>,
    pub index: Option<i64>,
    pub tool_component: Option<ComponentReference>,
}

#[derive(Deserialize)]
pub struct ComponentReference {
    pub index: Option<i64>,
}

#[derive(Deserialize)]
pub struct Suppression {
    pub status: Option<String>,
}

#[derive(Deserialize, Default, Clone)]
pub struct Message {
    pub text: Option<String>,
    pub markdown: Option<String>,
    pub id: Option<String>,
    #[serde(default)]
    pub arguments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    pub id: Option<i64>,
    pub message: Option<Message>,
    pub physical_location: Option<PhysicalLocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: Option<ArtifactLocation>,
    pub region: Option<Region>,
}

#[derive(Deserialize, Clone, Default)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    pub uri: Option<String>,
    pub uri_base_id: Option<String>,
    pub index: Option<i64>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: Option<i64>,
    pub start_column: Option<i64>,
    pub end_line: Option<i64>,
    pub end_column: Option<i64>,
    pub snippet: Option<Content>,
}

#[derive(Deserialize, Clone)]
pub struct Content {
    pub text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    #[serde(default)]
    pub artifact_changes: Vec<ArtifactChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChange {
    pub artifact_location: ArtifactLocation,
    #[serde(default)]
    pub replacements: Vec<Replacement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    pub deleted_region: Region,
    pub inserted_content: Option<Content>,
}

impl Run {
    /// The rule that a result breaks, if the run describes it.
    pub fn rule(&self, result: &SarifResult) -> Option<&Rule> {
        let tool = self.tool.as_ref()?;
        let reference = result.rule.as_ref();
        let component = reference.and_then(|rule| rule.tool_component.as_ref()).and_then(|component| component.index);
        let component = match usize::try_from(component.unwrap_or(-1)) {
            Ok(index) => tool.extensions.get(index)?,
            Err(_) => &tool.driver,
        };
        let index = reference.and_then(|rule| rule.index).or(result.rule_index);
        let by_index = index.and_then(|index| component.rules.get(usize::try_from(index).ok()?));
        let id = result.rule_id();
        by_index.or_else(|| {
            // A hierarchical id `CA1000/1` belongs to the rule `CA1000`.
            let is = |rule: &&Rule| {
                !rule.id.is_empty()
                    && id.is_some_and(|id| id == rule.id || id.strip_prefix(&rule.id).is_some_and(|rest| rest.starts_with('/')))
            };
            component.rules.iter().find(is).or_else(|| tool.extensions.iter().flat_map(|part| &part.rules).find(is))
        })
    }
}

impl SarifResult {
    /// As the result itself names its rule.
    pub fn rule_id(&self) -> Option<&str> {
        let id = self.rule_id.as_deref().or_else(|| self.rule.as_ref()?.id.as_deref());
        id.filter(|id| !id.is_empty())
    }

    /// “If there is any suppression that is under review or was rejected, the result is not suppressed” (3.27.23).
    pub fn is_suppressed(&self) -> bool {
        let open = |one: &Suppression| matches!(one.status.as_deref(), Some("underReview" | "rejected"));
        self.suppressions.as_ref().is_some_and(|all| !all.is_empty() && !all.iter().any(open))
    }
}
