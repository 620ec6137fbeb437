//! One walk over a tree that finds all of it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use tree_sitter::Node;

use super::around::{decorated, docstring_of, first_code, first_statement, is_group, owner};
use super::docs::{self, Comments, Habit};
use super::exports::Exports;
use super::roles::{Place, name_use};
use super::signature::{body, child_of, end_before, long_value, trimmed};
use super::visibility::{self, Standing, Visibility};
use super::{Code, Defined, DocComment, Role, Sort, imports};
use crate::deadline::Deadline;
use crate::grammar::Grammar;
use crate::inject::{self, MAX_DEPTH};
use crate::tree::Layer;
use crate::{Symbol, SymbolKind, SyntaxError};

const MOST_NAMES: usize = 200_000;
const MOST_IMPORTS: usize = 5_000;
/// Nodes between two looks at the clock.
const STEP: u32 = 4096;

/// A node around the one that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Frame<'tree> {
    pub(super) kind: &'tree str,
    sort: Sort,
    field: Option<&'tree str>,
    pub(super) node: Node<'tree>,
    /// The last word on access among its children.
    access: Option<bool>,
    /// A definition took it as its own.
    is_taken: bool,
}

/// What was found out about a symbol.
struct Found {
    whole: Range<usize>,
    lead: usize,
    signature: Range<usize>,
    body: Option<Range<usize>>,
    doc: Option<DocComment>,
    visibility: Visibility,
    is_exported: bool,
    owner: Option<String>,
    is_declaration: bool,
    is_test: bool,
    /// Of the layer it was found in.
    language: &'static str,
    layer: usize,
}

struct Reader<'a> {
    text: &'a str,
    symbols: Vec<(Symbol, usize)>,
    /// Symbols by the ids of their nodes.
    at: HashMap<usize, Vec<usize>>,
    /// Starts of the names of definitions.
    names_of_symbols: HashSet<usize>,
    found: Vec<Option<Found>>,
    code: Code,
    exports: Vec<Exports>,
    is_header: bool,
    deadline: Deadline,
    /// What the first layer with anything to say says of the text.
    doc: Option<DocComment>,
}

pub(super) fn read(
    root: &Layer,
    text: &str,
    symbols: Vec<(Symbol, usize)>,
    is_header: bool,
    deadline: Deadline,
) -> Result<Code, SyntaxError> {
    let mut at: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, (_, node)) in symbols.iter().enumerate() {
        at.entry(*node).or_default().push(index);
    }
    let names_of_symbols = symbols.iter().map(|(symbol, _)| symbol.name_range.start).collect();
    let found = symbols.iter().map(|_| None).collect();
    let code = Code::default();
    let mut reader = Reader { text, symbols, at, names_of_symbols, found, code, exports: Vec::new(), is_header, deadline, doc: None };
    reader.layers(root, 0)?;
    Ok(reader.finish())
}

impl Reader<'_> {
    fn layers(&mut self, layer: &Layer, depth: u8) -> Result<(), SyntaxError> {
        self.layer(layer)?;
        if !layer.grammar.facts.outline_embedded || depth >= MAX_DEPTH {
            return Ok(());
        }
        for inner in inject::layers_of(layer, self.text, &(0..self.text.len()), self.deadline, Grammar::has_blocks)? {
            self.layers(&inner, depth + 1)?;
        }
        Ok(())
    }

    fn layer(&mut self, layer: &Layer) -> Result<(), SyntaxError> {
        let (language, sorts) = (layer.grammar.facts.name, layer.grammar.sorts());
        let habit = Habit::of(language);
        let mut comments = Comments::default();
        // A script inside of a page is a module.
        self.exports.push(Exports::of(!layer.ranges.is_empty()));
        let first_code = first_code(layer.tree.root_node(), sorts);
        let mut stack: Vec<Frame<'_>> = Vec::new();
        let mut cursor = layer.tree.walk();
        let mut steps = 0_u32;
        loop {
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(STEP) {
                self.deadline.check()?;
            }
            let node = cursor.node();
            let sort = sorts.get(usize::from(node.kind_id())).copied().unwrap_or(Sort::Other);
            let frame = Frame { kind: node.kind(), sort, field: cursor.field_name(), node, access: None, is_taken: false };
            let goes_in = self.look(frame, language, &mut stack, &mut comments, habit);
            if goes_in && cursor.goto_first_child() {
                stack.push(frame);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    self.finish_layer(layer.tree.root_node(), &comments, first_code, habit);
                    return Ok(());
                }
                stack.pop();
            }
        }
    }

    /// Takes in a node; whether what is in it is of interest.
    fn look<'tree>(
        &mut self,
        frame: Frame<'tree>,
        language: &'static str,
        stack: &mut [Frame<'tree>],
        comments: &mut Comments,
        habit: Habit,
    ) -> bool {
        let node = frame.node;
        match frame.sort {
            Sort::Comment | Sort::Attribute => {
                comments.add(self.text, node.byte_range(), frame.sort == Sort::Attribute);
                return false;
            }
            Sort::Import if self.code.imports.len() < MOST_IMPORTS => self.code.imports.extend(imports::read(node, self.text)),
            Sort::Name if node.is_named() && node.child_count() == 0 => self.name(&frame, stack),
            _ => {}
        }
        if node.is_named() {
            self.statement(&frame, language, stack);
            for symbol in self.at.get(&node.id()).cloned().unwrap_or_default() {
                let found = self.define(symbol, &frame, language, stack, comments, habit);
                self.found[symbol] = Some(found);
            }
        }
        true
    }

    /// A name, if no definition is called by it.
    fn name<'tree>(&mut self, frame: &Frame<'tree>, stack: &mut [Frame<'tree>]) {
        let range = frame.node.byte_range();
        let Some(word) = self.text.get(range.clone()) else { return };
        // Ruby's `private` stands alone, and holds from there on.
        if let (Some(parent), "private" | "protected" | "public") = (stack.last_mut(), word)
            && parent.kind == "body_statement"
        {
            parent.access = Some(word == "public");
            return;
        }
        // A package's own name is no use of anything.
        let names_package = stack.last().is_some_and(|parent| parent.kind == "package_clause");
        if names_package || self.names_of_symbols.contains(&range.start) || self.code.names.len() >= MOST_NAMES || word.len() > 200 {
            return;
        }
        let around = |at: usize| stack.len().checked_sub(at + 1).and_then(|at| stack.get(at)).map(|frame| (frame.kind, frame.field));
        let place = Place { leaf: frame.kind, field: frame.field, around: &around };
        let mut used = name_use(self.text, range, &place);
        if stack.iter().rev().take(12).any(|frame| frame.sort == Sort::Import || frame.kind == "export_specifier") {
            used = super::NameUse { range: used.range, role: Role::Import, qualifier: used.qualifier };
        }
        self.code.names.push(used);
    }

    /// What is not a definition and still tells of them.
    fn statement<'tree>(&mut self, frame: &Frame<'tree>, language: &str, stack: &mut [Frame<'tree>]) {
        let (node, text) = (frame.node, self.text);
        let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
        match language {
            "TypeScript" | "TSX" | "JavaScript" => {
                if let Some(exports) = self.exports.last_mut() {
                    exports.look_script(node, text);
                }
                let source = match frame.kind {
                    "export_statement" => node.child_by_field_name("source"),
                    "call_expression" => {
                        let named =
                            node.child_by_field_name("function").is_some_and(|function| matches!(of(function), "require" | "import"));
                        let string =
                            || node.child_by_field_name("arguments")?.named_child(0).filter(|argument| argument.kind() == "string");
                        if named { string() } else { None }
                    }
                    _ => None,
                };
                self.import_of(source, node);
            }
            "Python" if matches!(frame.kind, "assignment" | "augmented_assignment") && stack.len() <= 2 => {
                if let Some(exports) = self.exports.last_mut() {
                    exports.look_python(node, text);
                }
            }
            "Rust" if frame.kind == "mod_item" && node.child_by_field_name("body").is_none() => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.code.imports.push(super::Imported {
                        target: format!("mod {}", of(name)),
                        names: Vec::new(),
                        range: node.byte_range(),
                    });
                }
            }
            "C++" if frame.kind == "access_specifier" => {
                if let Some(parent) = stack.last_mut() {
                    parent.access = Some(of(node).trim_end_matches(':').trim() != "private");
                }
            }
            "Ruby" | "Lua" | "Zig" if matches!(frame.kind, "call" | "function_call" | "builtin_function") => {
                let named =
                    ["method", "name"].into_iter().find_map(|field| node.child_by_field_name(field)).or_else(|| node.named_child(0));
                if named.is_some_and(|named| matches!(of(named), "require" | "require_relative" | "@import")) {
                    let arguments = node.child_by_field_name("arguments").or_else(|| child_of(node, &["arguments"]));
                    self.import_of(arguments.and_then(|arguments| arguments.named_child(0)), node);
                }
            }
            _ => {}
        }
    }

    fn import_of(&mut self, source: Option<Node<'_>>, statement: Node<'_>) {
        let target = source.and_then(|source| self.text.get(source.byte_range()));
        if let Some(target) = target.filter(|target| target.len() <= 300)
            && self.code.imports.len() < MOST_IMPORTS
        {
            self.code.imports.push(imports::of_string(target, statement.byte_range()));
        }
    }

    fn define<'tree>(
        &mut self,
        symbol: usize,
        frame: &Frame<'tree>,
        language: &'static str,
        stack: &mut [Frame<'tree>],
        comments: &Comments,
        habit: Habit,
    ) -> Found {
        let (node, text) = (frame.node, self.text);
        let (name, kind) = (self.symbols[symbol].0.name.clone(), self.symbols[symbol].0.kind);
        let (whole, is_exported) = whole_of(node, text, language, stack);
        let body = body(node).filter(|body| body.start > whole.start);
        let cut = body.as_ref().map(|body| end_before(node, body.start)).or_else(|| long_value(node, text)).unwrap_or(whole.end);
        let signature = trimmed(text, whole.start..cut, cut != whole.end);
        let start = if matches!(language, "TypeScript" | "TSX") { decorated(node, text, whole.start) } else { whole.start };
        let doc = match habit {
            Habit::Python => docstring_of(node, text),
            _ => {
                // Of a group with a single comment before it, the comment is the first's.
                comments.before(text, start, habit).or_else(|| {
                    let first = stack.last().filter(|frame| {
                        frame.sort == Sort::Wrapper && frame.node.named_child(0).is_some_and(|first| first.id() == node.id())
                    })?;
                    (whole.start != first.node.start_byte()).then(|| comments.before(text, first.node.start_byte(), habit)).flatten()
                })
            }
        };
        let around = |at: usize| {
            let mut frames = stack.iter().rev().filter(|frame| frame.sort != Sort::Wrapper);
            frames.nth(at).map(|frame| frame.kind)
        };
        let access = stack
            .iter()
            .rev()
            .find(|frame| matches!(frame.kind, "field_declaration_list" | "body_statement"))
            .and_then(|frame| frame.access);
        let standing = Standing { language, name: &name, kind, node, around: &around, access, is_header: self.is_header, text };
        let mut visibility = visibility::of(&standing);
        let mut is_test = false;
        for attribute in comments.attributes_before(text, whole.start) {
            let plain: String = attribute.chars().filter(|c| !c.is_whitespace()).take(200).collect();
            is_test |= plain.ends_with("test]") || plain.contains("test)]") || plain.starts_with("#[test") || plain.contains("::test(");
            if kind == SymbolKind::Macro && plain.contains("macro_export") {
                visibility = Visibility::Public;
            }
        }
        let is_declaration = matches!(language, "C" | "C++") && kind == SymbolKind::Function && body.is_none()
            || language == "C++" && kind == SymbolKind::Method && node.kind() == "field_declaration";
        let owner = owner(node, language, text, stack);
        let layer = self.exports.len() - 1;
        let lead = comments.lead(text, start);
        Found { whole, lead, signature, body, doc, visibility, is_exported, owner, is_declaration, is_test, language, layer }
    }

    fn finish_layer(&mut self, root: Node<'_>, comments: &Comments, first_code: usize, habit: Habit) {
        let layer = self.exports.len() - 1;
        for (at, found) in self.found.iter_mut().enumerate() {
            let Some(found) = found.as_mut().filter(|found| found.layer == layer && found.doc.is_none()) else { continue };
            if habit == Habit::Before && matches!(self.symbols[at].0.kind, SymbolKind::Field | SymbolKind::Constant) {
                found.doc = comments.behind(self.text, found.whole.end);
            }
        }
        if self.doc.is_none() {
            let taken: Vec<usize> = self.found.iter().flatten().filter_map(|found| Some(found.doc.as_ref()?.range.start)).collect();
            self.doc = match habit {
                Habit::Python => first_statement(root).and_then(|string| docs::docstring(self.text, string.byte_range())),
                _ => comments.of_text(self.text, &taken, first_code, habit),
            };
        }
    }

    fn finish(mut self) -> Code {
        let mut open: Vec<(bool, bool, bool)> = Vec::new();
        let symbols = std::mem::take(&mut self.symbols);
        for ((symbol, _), found) in symbols.into_iter().zip(self.found) {
            open.truncate(symbol.depth as usize);
            let (outer_public, is_inside_function, in_test) = open.last().copied().unwrap_or((true, false, false));
            let is_top = open.is_empty();
            let Some(found) = found else {
                let (whole, signature) = (symbol.range.clone(), symbol.name_range.clone());
                let lead = whole.start;
                open.push((false, is_inside_function, in_test));
                self.code.definitions.push(Defined {
                    symbol,
                    whole,
                    lead,
                    signature,
                    body: None,
                    doc: None,
                    public: false,
                    owner: None,
                    is_declaration: false,
                    is_test: in_test,
                });
                continue;
            };
            let exports = &self.exports[found.layer];
            let by_itself = match found.visibility {
                Visibility::Public => true,
                Visibility::Private => false,
                Visibility::Inherited if is_top => match found.language {
                    "TypeScript" | "TSX" | "JavaScript" => {
                        found.is_exported || exports.has(&symbol.name) || (!exports.is_module && !symbol.name.starts_with('_'))
                    }
                    "Python" if exports.is_list => exports.has(&symbol.name),
                    _ => true,
                },
                // What a namespace holds is exported by itself.
                Visibility::Inherited => true,
            };
            let public = by_itself && outer_public && !is_inside_function;
            let is_test =
                in_test || found.is_test || (symbol.kind == SymbolKind::Module && matches!(symbol.name.as_str(), "tests" | "test"));
            let is_function = matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method);
            open.push((public, is_inside_function || is_function, is_test));
            let Found { whole, lead, signature, body, doc, owner, is_declaration, .. } = found;
            self.code.definitions.push(Defined { symbol, whole, lead, signature, body, doc, public, owner, is_declaration, is_test });
        }
        self.code.doc = self.doc;
        self.code.names.sort_by_key(|used| used.range.start);
        self.code
    }
}

/// All that belongs to a definition, and whether an `export` is among it.
fn whole_of<'tree>(node: Node<'tree>, text: &str, language: &str, stack: &mut [Frame<'tree>]) -> (Range<usize>, bool) {
    let mut whole = node.byte_range();
    let is_exported = stack.iter().rev().take_while(|frame| frame.sort == Sort::Wrapper).any(|frame| frame.kind == "export_statement");
    for frame in stack.iter_mut().rev() {
        // The keyword before several belongs to none of them alone.
        let is_declaration = frame.kind.ends_with("_declaration") && frame.kind != "template_declaration";
        let lists = is_declaration && (frame.node.named_child_count() > 1 || (language == "Go" && is_group(frame.node, text)));
        if frame.sort != Sort::Wrapper || lists || frame.is_taken {
            break;
        }
        frame.is_taken = true;
        whole = frame.node.byte_range();
    }
    (whole, is_exported)
}
