//! What can be said once all names of a file are known.

use super::*;

impl Lower<'_> {
    pub(super) fn settle(&mut self) {
        self.withdraw();
        self.resolve();
        let assignments = std::mem::take(&mut self.assignments);
        self.assigned(&assignments, false);
        self.prototypes(&assignments);
        self.assigned(&assignments, true);
        if !self.tree.is_typescript && !self.tree.is_module {
            self.tree.is_module = self.tree.exports.len() > 0 || self.has_require();
        }
    }

    /// Not of `this` and not of a prototype.
    fn is_plain(&self, assignment: &Assignment) -> bool {
        let object = assignment.defined.map(|(object, _)| object).or_else(|| self.member_of(assignment.target).map(|(object, ..)| object));
        let Some(object) = object else { return true };
        let is_prototype = |at: ExpressionId| self.member_of(at).is_some_and(|(_, _, name)| name == "prototype");
        !matches!(self.tree.expressions[object], Expression::This(_)) && !is_prototype(object) && !is_prototype(assignment.target)
    }

    fn has_require(&self) -> bool {
        self.tree.expressions.iter().any(|(_, expression)| matches!(expression, Expression::Require(_)))
    }

    /// Where something is exported by name, the rest is not offered.
    fn withdraw(&mut self) {
        for symbol in std::mem::take(&mut self.ambient) {
            let scope = self.tree.symbols[symbol].scope;
            let exports = &self.tree.scopes[scope].exports;
            let by_name =
                |export: &ExportId| !matches!(self.tree.exports[*export].offered, Offered::Default(_) | Offered::DefaultSymbol(_));
            if exports.iter().any(by_name) {
                self.tree.symbols[symbol].is_exported = false;
            }
        }
    }

    fn resolve(&mut self) {
        for id in self.tree.spots.ids().collect::<Vec<_>>() {
            let spot = &self.tree.spots[id];
            let (scope, meaning) = match &spot.kind {
                SpotKind::Use { scope, meaning, .. } => (*scope, *meaning),
                SpotKind::ShorthandTarget { scope, .. } | SpotKind::Shorthand { scope, .. } => (*scope, Meaning::VALUE),
                SpotKind::ExportShort { scope, .. } => (*scope, Meaning::ALL),
                _ => continue,
            };
            if meaning == Meaning::VALUE
                && let Some(member) = self.tree.variant(scope, &spot.name)
            {
                self.tree.spots[id].kind = SpotKind::Variant(member);
                continue;
            }
            let found = self.tree.lookup(scope, &spot.name, meaning);
            if let SpotKind::Use { symbol, .. }
            | SpotKind::ShorthandTarget { symbol, .. }
            | SpotKind::Shorthand { symbol, .. }
            | SpotKind::ExportShort { symbol, .. } = &mut self.tree.spots[id].kind
            {
                *symbol = found;
            }
        }
    }

    fn symbol_of(&self, expression: ExpressionId) -> Option<SymbolId> {
        let Expression::Name(spot) = self.tree.expressions[expression] else { return None };
        match self.tree.spots[spot].kind {
            SpotKind::Use { symbol, .. } | SpotKind::Shorthand { symbol, .. } => symbol,
            _ => None,
        }
    }

    /// A name that nothing in the file declares.
    fn is_free(&self, expression: ExpressionId, name: &str) -> bool {
        matches!(self.tree.expressions[expression], Expression::Name(spot) if &*self.tree.spots[spot].name == name)
            && self.symbol_of(expression).is_none()
    }

    fn member_of(&self, expression: ExpressionId) -> Option<(ExpressionId, SpotId, &str)> {
        match self.tree.expressions[expression] {
            Expression::Member(object, spot) => Some((object, spot, &self.tree.spots[spot].name)),
            _ => None,
        }
    }

    /// `exports` and `module.exports`.
    fn is_exports(&self, expression: ExpressionId) -> bool {
        if self.tree.is_typescript {
            return false;
        }
        self.is_free(expression, "exports")
            || self.member_of(expression).is_some_and(|(object, _, name)| name == "exports" && self.is_free(object, "module"))
    }

    /// What is worked with when an expression is a function, class or object.
    fn made_by(&self, expression: ExpressionId) -> Option<Expression> {
        match &self.tree.expressions[expression] {
            found @ (Expression::Function(_) | Expression::Class(_) | Expression::Object(_)) => Some(found.clone()),
            Expression::Either(left, right) => self.made_by(*right).or_else(|| self.made_by(*left)),
            Expression::Same(inner) | Expression::Constant(inner) => self.made_by(*inner),
            _ => None,
        }
    }

    fn made_for(&self, symbol: SymbolId) -> Option<Expression> {
        self.tree.symbols[symbol].declared.iter().find_map(|declared| match declared {
            Declared::Function(function) => Some(Expression::Function(*function)),
            Declared::Class(shape) => Some(Expression::Class(*shape)),
            Declared::Pattern(pattern) => match self.tree.patterns[*pattern].source {
                Source::Variable { value: Some(value), annotation: None } => self.made_by(value),
                _ => None,
            },
            _ => None,
        })
    }

    /// What `new` makes of it.
    fn instance(&mut self, made: &Expression) -> Option<ShapeId> {
        match made {
            Expression::Class(shape) => Some(*shape),
            Expression::Function(function) => {
                if let Some(shape) = self.tree.functions[*function].instance {
                    return Some(shape);
                }
                let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Expando, ..Shape::default() });
                self.tree.functions[*function].instance = Some(shape);
                Some(shape)
            }
            _ => None,
        }
    }

    /// The thing in `thing.prototype`.
    fn prototype_owner(&self, expression: ExpressionId) -> Option<Expression> {
        let (object, _, name) = self.member_of(expression)?;
        if name != "prototype" {
            return None;
        }
        self.made_at(object)
    }

    /// What a name or a member of one was made as.
    fn made_at(&self, expression: ExpressionId) -> Option<Expression> {
        if let Some(symbol) = self.symbol_of(expression) {
            return self.made_for(symbol);
        }
        let (object, _, name) = self.member_of(expression)?;
        let shape = match self.made_at(object)? {
            Expression::Object(shape) | Expression::Class(shape) => shape,
            Expression::Function(function) => self.tree.functions[function].statics?,
            _ => return None,
        };
        let members = self.tree.shapes[shape].members.iter();
        let value =
            members.filter(|member| *self.tree.members[**member].name == *name).find_map(|member| self.tree.members[*member].value)?;
        self.made_by(value)
    }

    /// Functions assigned to a prototype have the instance as `this`.
    fn prototypes(&mut self, assignments: &[Assignment]) {
        if self.tree.is_typescript {
            return;
        }
        for assignment in assignments {
            if let Some(made) = self.prototype_owner(assignment.target) {
                let instance = self.instance(&made);
                if let (Some(instance), Expression::Object(shape)) = (instance, &self.tree.expressions[assignment.value]) {
                    let shape = *shape;
                    self.tree.shapes[shape].prototype_of = Some(instance);
                    self.tree.shapes[instance].spreads.push(assignment.value);
                }
                continue;
            }
            let Some((object, ..)) = self.member_of(assignment.target) else { continue };
            if let Some(made) = self.prototype_owner(object)
                && let Expression::Function(function) = self.tree.expressions[assignment.value]
            {
                let instance = self.instance(&made);
                self.tree.functions[function].instance = instance;
            }
        }
    }

    /// First what is assigned to names, then what is assigned to `this` and to prototypes.
    fn assigned(&mut self, assignments: &[Assignment], is_instance: bool) {
        for assignment in assignments {
            if is_instance == self.is_plain(assignment) {
                continue;
            }
            if self.is_exports(assignment.target) {
                let whole = Offered::Whole(assignment.value);
                self.offer("export=", None, whole);
                continue;
            }
            if let Some(symbol) = self.symbol_of(assignment.target) {
                self.given_later(symbol, assignment.value);
                continue;
            }
            let (object, spot) = match assignment.defined {
                Some(defined) => defined,
                None => match self.member_of(assignment.target) {
                    Some((object, spot, _)) => (object, spot),
                    None => continue,
                },
            };
            let name = self.tree.spots[spot].name.clone();
            if self.is_exports(object) {
                let shape = self.exports_shape();
                let member = self.assigned_member(shape, &name, spot, assignment.value);
                self.offer(&name, Some(spot), Offered::Member(member));
            } else if let Some(made) = self.prototype_owner(object) {
                if !self.tree.is_typescript
                    && let Some(shape) = self.instance(&made)
                {
                    self.assigned_member(shape, &name, spot, assignment.value);
                }
            } else if let Some(made) = self.made_at(object) {
                self.assigned_static(&made, &name, spot, assignment.value);
            } else if let Expression::This(owner) = self.tree.expressions[object]
                && !self.tree.is_typescript
            {
                match owner {
                    Owner::Class(shape, is_static) => {
                        let member = self.assigned_member(shape, &name, spot, assignment.value);
                        self.tree.members[member].is_static = is_static;
                    }
                    Owner::Function(function) => {
                        if let Some(shape) = self.instance(&Expression::Function(function)) {
                            self.assigned_member(shape, &name, spot, assignment.value);
                        }
                    }
                    Owner::Object(shape) => {
                        if let Some(instance) = self.tree.shapes[shape].prototype_of {
                            self.assigned_member(instance, &name, spot, assignment.value);
                        }
                    }
                    Owner::Nothing => {}
                }
            }
        }
    }

    /// A value for a variable that has neither a type nor a first value.
    fn given_later(&mut self, symbol: SymbolId, value: ExpressionId) {
        for declared in &self.tree.symbols[symbol].declared {
            if let Declared::Pattern(pattern) = declared
                && matches!(self.tree.patterns[*pattern].source, Source::Variable { annotation: None, .. })
                && self.tree.patterns[*pattern].assigned.len() < 12
            {
                self.tree.patterns[*pattern].assigned.push(value);
            }
        }
    }

    fn assigned_static(&mut self, made: &Expression, name: &Name, spot: SpotId, value: ExpressionId) {
        match *made {
            Expression::Function(function) => {
                let shape = match self.tree.functions[function].statics {
                    Some(shape) => shape,
                    None => self.tree.shapes.push(Shape { kind: ShapeKind::Expando, ..Shape::default() }),
                };
                self.tree.functions[function].statics = Some(shape);
                self.assigned_member(shape, name, spot, value);
            }
            Expression::Class(shape) if !self.tree.is_typescript => {
                let member = self.assigned_member(shape, name, spot, value);
                self.tree.members[member].is_static = true;
            }
            Expression::Object(shape) if !self.tree.is_typescript => {
                self.assigned_member(shape, name, spot, value);
            }
            _ => {}
        }
    }

    fn assigned_member(&mut self, shape: ShapeId, name: &Name, spot: SpotId, value: ExpressionId) -> MemberId {
        let member = self.new_member(shape, name, MemberKind::Assigned);
        self.tree.members[member].spot = Some(spot);
        self.tree.members[member].value = Some(value);
        member
    }

    fn exports_shape(&mut self) -> ShapeId {
        if let Some(shape) = self.tree.exports_shape {
            return shape;
        }
        let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Expando, ..Shape::default() });
        self.tree.exports_shape = Some(shape);
        shape
    }

    fn offer(&mut self, name: &str, spot: Option<SpotId>, offered: Offered) {
        let name = self.name(name);
        let id = self.tree.exports.push(Export { name, spot, offered });
        self.tree.scopes[Tree::FILE].exports.push(id);
    }

    /// Remembers `target = value` when the target is a member.
    pub(super) fn member_assigned(&mut self, target: ExpressionId, value: ExpressionId) {
        if matches!(self.tree.expressions[target], Expression::Name(_) | Expression::Member(..)) {
            self.assignments.push(Assignment { target, value, defined: None });
        }
    }

    /// `Object.defineProperty(object, "name", …)`.
    pub(super) fn property_defined(&mut self, callee: ExpressionId, arguments: &[ExpressionId]) {
        let [object, name, value] = arguments else { return };
        let is_define = self.member_of(callee).is_some_and(|(object, _, name)| name == "defineProperty" && self.is_free(object, "Object"));
        if !is_define || self.tree.is_typescript || !matches!(self.tree.expressions[*name], Expression::Text(_)) {
            return;
        }
        let found =
            self.tree.spots.iter().rev().find(|(_, spot)| matches!(spot.kind, SpotKind::Text { expression } if expression == *name));
        let Some((spot, _)) = found else { return };
        self.tree.spots[spot].kind = SpotKind::Element { object: *object, is_write: true };
        self.assignments.push(Assignment { target: *name, value: *value, defined: Some((*object, spot)) });
    }
}
