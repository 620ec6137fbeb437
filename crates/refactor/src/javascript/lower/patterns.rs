//! What is declared or assigned by taking apart.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern, PropertyKey, SimpleAssignmentTarget,
};
use oxc_span::GetSpan;

use super::{declarations::Declaration, *};

/// How the names of a pattern are declared.
#[derive(Clone, Copy)]
pub(super) struct Declaring {
    pub scope: ScopeId,
    pub is_exported: bool,
    pub is_hoisted: bool,
    pub is_parameter: bool,
    pub is_constant: bool,
}

impl Lower<'_> {
    pub(super) fn new_pattern(&mut self, source: Source) -> PatternId {
        self.tree.patterns.push(Pattern {
            source,
            default: None,
            is_object: false,
            is_constant: false,
            assigned: Vec::new(),
            target: None,
            symbol: None,
        })
    }

    /// Declares the names of a pattern whose value comes from `source`.
    pub(super) fn binding(&mut self, binding: &BindingPattern<'_>, source: Source, how: Declaring) -> PatternId {
        let pattern = self.new_pattern(source);
        self.bind(binding, pattern, how);
        pattern
    }

    pub(super) fn bind(&mut self, binding: &BindingPattern<'_>, pattern: PatternId, how: Declaring) {
        self.deeper(|_| (), |lower| lower.bind_here(binding, pattern, how));
    }

    fn declaration(&self, pattern: PatternId, how: Declaring) -> Declaration {
        Declaration {
            meaning: Meaning::VALUE,
            declared: Declared::Pattern(pattern),
            is_exported: how.is_exported,
            is_hoisted: how.is_hoisted,
            is_parameter: how.is_parameter,
        }
    }

    fn bind_here(&mut self, binding: &BindingPattern<'_>, pattern: PatternId, how: Declaring) {
        self.tree.patterns[pattern].is_constant = how.is_constant;
        match binding {
            BindingPattern::BindingIdentifier(name) => {
                let declaration = self.declaration(pattern, how);
                let symbol = self.declare(how.scope, &name.name, self.at(name.span), declaration);
                self.tree.patterns[pattern].symbol = Some(symbol);
            }
            BindingPattern::ObjectPattern(object) => {
                self.tree.patterns[pattern].is_object = true;
                let mut names = Vec::new();
                for property in &object.properties {
                    if property.shorthand {
                        self.bind_shorthand(&property.value, pattern, how, &mut names);
                        continue;
                    }
                    let (part, key) = match self.pattern_key(&property.key, property.computed, pattern) {
                        Some((name, key)) => {
                            names.push(name.clone());
                            (self.new_pattern(Source::Property(pattern, name)), Some(key))
                        }
                        None => (self.new_pattern(Source::Unknown), None),
                    };
                    self.bind(&property.value, part, how);
                    let value = self.tree.patterns[part].symbol.and_then(|symbol| self.tree.symbols[symbol].spots.last().copied());
                    self.tree.pairs.extend(key.zip(value));
                }
                if let Some(rest) = &object.rest {
                    let part = self.new_pattern(Source::Rest(pattern, names));
                    self.bind(&rest.argument, part, how);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (at, element) in array.elements.iter().enumerate() {
                    let Some(element) = element else { continue };
                    let part = self.new_pattern(Source::Element(pattern, crate::names::offset(at)));
                    self.bind(element, part, how);
                }
                if let Some(rest) = &array.rest {
                    let part = self.new_pattern(Source::RestElements(pattern));
                    self.bind(&rest.argument, part, how);
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                self.bind(&assignment.left, pattern, how);
                let default = self.expression(&assignment.right, Context::Pattern(pattern));
                self.tree.patterns[pattern].default = Some(default);
            }
        }
    }

    fn bind_shorthand(&mut self, value: &BindingPattern<'_>, whole: PatternId, how: Declaring, names: &mut Vec<Name>) {
        let (binding, default) = match value {
            BindingPattern::AssignmentPattern(assignment) => (&assignment.left, Some(&assignment.right)),
            other => (other, None),
        };
        let BindingPattern::BindingIdentifier(identifier) = binding else { return };
        let name = self.name(&identifier.name);
        names.push(name.clone());
        let part = self.new_pattern(Source::Property(whole, name));
        self.tree.patterns[part].is_constant = how.is_constant;
        let declaration = self.declaration(part, how);
        let symbol = self.declare_without_spot(how.scope, &identifier.name, declaration);
        let spot = self.spot(&identifier.name, self.at(identifier.span), SpotKind::ShorthandPattern { pattern: part, symbol });
        self.tree.symbols[symbol].spots.push(spot);
        self.tree.patterns[part].symbol = Some(symbol);
        if let Some(default) = default {
            let default = self.expression(default, Context::Pattern(part));
            self.tree.patterns[part].default = Some(default);
        }
    }

    /// The name of `{ key: … }`, with its spot; `None` when it is worked out at run time.
    fn pattern_key(&mut self, key: &PropertyKey<'_>, is_computed: bool, whole: PatternId) -> Option<(Name, SpotId)> {
        let (name, span) = self.key(key, is_computed)?;
        // The spot belongs to the pattern that is taken apart.
        let part = self.new_pattern(Source::Property(whole, name.clone()));
        let spot = self.spot(&name, span, SpotKind::Key(part));
        Some((name, spot))
    }

    /// Something that is assigned to.
    pub(super) fn target(&mut self, target: &AssignmentTarget<'_>, source: Source) -> PatternId {
        let pattern = self.new_pattern(source);
        self.assign(target, pattern);
        pattern
    }

    fn assign(&mut self, target: &AssignmentTarget<'_>, pattern: PatternId) {
        self.deeper(|_| (), |lower| lower.assign_here(target, pattern));
    }

    fn assign_here(&mut self, target: &AssignmentTarget<'_>, pattern: PatternId) {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                for (at, element) in array.elements.iter().enumerate() {
                    let Some(element) = element else { continue };
                    let part = self.new_pattern(Source::Element(pattern, crate::names::offset(at)));
                    self.assign_maybe_default(element, part);
                }
                if let Some(rest) = &array.rest {
                    let part = self.new_pattern(Source::RestElements(pattern));
                    self.assign(&rest.target, part);
                }
            }
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                self.tree.patterns[pattern].is_object = true;
                let mut names = Vec::new();
                for property in &object.properties {
                    match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(short) => {
                            let name = self.name(&short.binding.name);
                            names.push(name.clone());
                            let part = self.new_pattern(Source::Property(pattern, name));
                            let kind = SpotKind::ShorthandTarget { pattern: part, scope: self.scope, symbol: None };
                            self.spot(&short.binding.name, self.at(short.binding.span), kind);
                            if let Some(default) = &short.init {
                                let default = self.expression(default, Context::Pattern(part));
                                self.tree.patterns[part].default = Some(default);
                            }
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(full) => {
                            let (part, key) = match self.pattern_key(&full.name, full.computed, pattern) {
                                Some((name, key)) => {
                                    names.push(name.clone());
                                    (self.new_pattern(Source::Property(pattern, name)), Some(key))
                                }
                                None => (self.new_pattern(Source::Unknown), None),
                            };
                            self.assign_maybe_default(&full.binding, part);
                            let target = self.tree.patterns[part].target.map(|target| &self.tree.expressions[target]);
                            if let (Some(key), Some(Expression::Name(value))) = (key, target) {
                                let value = *value;
                                self.tree.pairs.push((key, value));
                            }
                        }
                    }
                }
                if let Some(rest) = &object.rest {
                    let part = self.new_pattern(Source::Rest(pattern, names));
                    self.assign(&rest.target, part);
                }
            }
            simple => {
                if let Some(simple) = simple.as_simple_assignment_target() {
                    let target = self.simple_target(simple, Context::Nothing);
                    self.tree.patterns[pattern].target = Some(target);
                }
            }
        }
    }

    fn assign_maybe_default(&mut self, target: &AssignmentTargetMaybeDefault<'_>, pattern: PatternId) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(both) => {
                self.assign(&both.binding, pattern);
                let default = self.expression(&both.init, Context::Pattern(pattern));
                self.tree.patterns[pattern].default = Some(default);
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.assign(target, pattern);
                }
            }
        }
    }

    /// A name or member that is written.
    pub(super) fn simple_target(&mut self, target: &SimpleAssignmentTarget<'_>, context: Context) -> ExpressionId {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                let spot = self.used(&name.name, self.at(name.span), Meaning::VALUE, true);
                self.add(Expression::Name(spot), context)
            }
            SimpleAssignmentTarget::TSAsExpression(inner) => self.expression(&inner.expression, context),
            SimpleAssignmentTarget::TSSatisfiesExpression(inner) => self.expression(&inner.expression, context),
            SimpleAssignmentTarget::TSNonNullExpression(inner) => self.expression(&inner.expression, context),
            SimpleAssignmentTarget::TSTypeAssertion(inner) => self.expression(&inner.expression, context),
            other => match other.as_member_expression() {
                Some(member) => self.member_expression(member, context, true),
                None => self.unknown(),
            },
        }
    }

    /// A property's name and its bytes (within quotes); `None` when it is worked out at run time.
    pub(super) fn key(&mut self, key: &PropertyKey<'_>, is_computed: bool) -> Option<(Name, Span)> {
        match key {
            PropertyKey::StaticIdentifier(name) => Some((self.name(&name.name), self.at(name.span))),
            PropertyKey::PrivateIdentifier(name) => Some((self.name(&format!("#{}", name.name)), self.at(name.span))),
            PropertyKey::StringLiteral(text) => Some((self.name(&text.value), self.within_quotes(text.span))),
            PropertyKey::TemplateLiteral(template) if template.expressions.is_empty() => {
                let value = template.quasis.first().and_then(|part| part.value.cooked)?;
                Some((self.name(&value), self.within_quotes(template.span)))
            }
            PropertyKey::NumericLiteral(number) => {
                let text = number.value.to_string();
                Some((self.name(&text), self.at(number.span())))
            }
            other => {
                if let Some(expression) = other.as_expression()
                    && is_computed
                {
                    self.expression(expression, Context::Nothing);
                }
                None
            }
        }
    }
}
