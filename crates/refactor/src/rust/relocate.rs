//! Files that are named after modules.

use ra_ap_syntax::{
    AstNode, SyntaxNode,
    ast::{self, HasName},
};

use super::{
    crates::{file_name, folder_of, join},
    find::Target,
    modules::path_attribute,
    world::{World, plain},
};
use crate::{Certainty, ConflictKind, FileMove, Proposal};

/// Says where the file of a module is.
fn stated_path(relative: &str) -> String {
    format!("#[path = \"{relative}\"]\n")
}

impl World<'_> {
    /// A module's file goes along with its name.
    pub(super) fn add_module_moves(&self, target: &Target, new_name: &str, files: bool, proposal: &mut Proposal) {
        for node in &target.nodes {
            let Some(declaration) = ast::Module::cast(node.clone()) else { continue };
            self.move_module(&declaration, new_name, files, proposal);
        }
    }

    fn move_module(&self, declaration: &ast::Module, new_name: &str, files: bool, proposal: &mut Proposal) {
        let Some(name) = declaration.name() else { return };
        if path_attribute(declaration).is_some() {
            if !files {
                self.drop_needless_path(declaration, new_name, proposal);
            }
            return;
        }
        let file = self.file_of(declaration.syntax());
        if declaration.item_list().is_some() {
            // The files of an inline module's modules are in a folder of its name.
            if let Some(folder) = self.inline_folder(declaration.syntax()) {
                self.add_move(&folder, &join(folder_of(&folder), new_name), file, declaration, proposal);
            }
            return;
        }
        let Some(path) = self.module_file(declaration) else { return };
        if !files {
            let Some(file) = file else { return };
            let at = u32::from(super::edits::trimmed(declaration.syntax()).start());
            let base = self.stated_base(declaration).unwrap_or_default();
            let relative = path.strip_prefix(&base).unwrap_or(&path).trim_start_matches('/');
            let text = stated_path(relative);
            proposal.edits.push(self.edit(file, at..at, &text, Certainty::Certain, "the file keeps its name"));
            return;
        }
        if file_name(&path) == "mod.rs" {
            let folder = folder_of(&path);
            self.add_move(folder, &join(folder_of(folder), new_name), file, declaration, proposal);
            return;
        }
        let folder = folder_of(&path);
        self.add_move(&path, &join(folder, &format!("{new_name}.rs")), file, declaration, proposal);
        self.add_move(&join(folder, plain(name.text())), &join(folder, new_name), file, declaration, proposal);
    }

    /// What was written for a file to keep its name goes again, once the module is called like the file.
    fn drop_needless_path(&self, declaration: &ast::Module, new_name: &str, proposal: &mut Proposal) {
        let (Some(stated), Some(file), Some(path)) =
            (path_attribute(declaration), self.file_of(declaration.syntax()), self.module_file(declaration))
        else {
            return;
        };
        if !self.usual_files(declaration, new_name).contains(&path) {
            return;
        }
        let written = stated_path(&stated);
        let start = u32::from(super::edits::trimmed(declaration.syntax()).start());
        let end = start + u32::try_from(written.len()).unwrap_or(0);
        if self.file(file).source.text.get(start as usize..end as usize) == Some(&written) {
            proposal.edits.push(self.edit(file, start..end, "", Certainty::Certain, "the file is where its name says"));
        }
    }

    fn inline_folder(&self, node: &SyntaxNode) -> Option<String> {
        let file = self.file_of(node)?;
        let mut folder = self.children_folder(&self.file(file).path);
        let modules: Vec<ast::Module> = self.ancestors(node).filter_map(ast::Module::cast).collect();
        for module in modules.iter().rev() {
            folder = join(&folder, plain(module.name()?.text()));
        }
        Some(folder)
    }

    fn add_move(&self, from: &str, to: &str, file: Option<u32>, declaration: &ast::Module, proposal: &mut Proposal) {
        let beneath = format!("{from}/");
        if !self.project.has(from) && !self.project.paths().iter().any(|path| path.starts_with(&beneath)) {
            return;
        }
        let taken = format!("{to}/");
        if (self.project.has(to) || self.project.paths().iter().any(|path| path.starts_with(&taken)))
            && let Some(file) = file
        {
            let at = u32::from(declaration.syntax().text_range().start());
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::FileNameTaken, true, format!("There is {to} already.")));
        }
        proposal.moves.push(FileMove {
            from: from.to_owned(),
            to: to.to_owned(),
            certainty: Certainty::Certain,
            reason: "it is named after its module".to_owned(),
            group: Some(1),
        });
        for edit in &mut proposal.edits {
            if edit.reason == "declared here" {
                edit.group = Some(1);
            }
        }
    }
}
