//! Interfaces and what implements them: a method goes along with those that a value of its type is used for.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    rc::Rc,
};

use super::{
    bind::DeclKind,
    check::Change,
    find::{Family, WELL_KNOWN},
    syntax::NodeId,
    types::{Member, Type},
    world::{FileId, Object, World, is_exported},
};
use crate::{Certainty, Conflict, ConflictKind, Refused, names::offset};

/// A value of one type that is used where an interface is asked for.
#[derive(Debug, Clone)]
pub(super) struct Assigned {
    pub to: Type,
    pub from: Type,
    pub file: FileId,
    pub at: u32,
}

/// Everything that binds methods of a name to each other.
#[derive(Debug, Default)]
pub(super) struct Contracts {
    /// An interface's method, what implements it, and where that is asked for.
    seen: Vec<(Object, Object, Assigned)>,
    /// Types that have all of an interface's methods, used for it or not.
    fitting: Vec<(Object, Object)>,
    /// Interfaces or values of libraries that take part.
    outside: Vec<(Object, Assigned)>,
    /// Not followed to its end, since it breaks anyway.
    is_cut: bool,
}

/// In more files a method that can't be renamed alone is not followed.
const MOST_OF_BROKEN: usize = 150;

impl World<'_> {
    /// Adds what must go along with methods.
    pub fn join_contracts(&self, family: &mut Family) -> Result<(), Refused> {
        let Some(first) = family.keys().next().copied() else { return Ok(()) };
        let contracts = self.contracts(&self.name(first), family)?;
        if contracts.is_cut {
            return Ok(());
        }
        let mut open: Vec<Object> = family.keys().copied().collect();
        let mut fits: BTreeMap<Object, String> = BTreeMap::new();
        while let Some(object) = open.pop() {
            for (of, by, place) in contracts.seen.iter().filter(|(of, by, _)| *of == object || *by == object) {
                let other = if *of == object { *by } else { *of };
                for same in self.same(other)? {
                    if let Entry::Vacant(free) = family.entry(same) {
                        let line = crate::names::line_of(&self.file(place.file).tree.text, place.at);
                        let reason = format!("bound by a contract: {}:{line} uses one for the other", self.path(place.file));
                        free.insert((Certainty::Certain, reason));
                        open.push(same);
                    }
                }
            }
            for (_, by) in contracts.fitting.iter().filter(|(of, _)| *of == object) {
                fits.insert(*by, format!("has all methods of the interface that declares `{}`", self.name(object)));
            }
        }
        for (object, reason) in fits {
            for same in self.same(object)? {
                family.entry(same).or_insert((Certainty::Probable, reason.clone()));
            }
        }
        Ok(())
    }

    /// What speaks against the new name of a method.
    pub fn contract_conflicts(&self, change: &Change<'_>) -> Result<Vec<Conflict>, Refused> {
        let contracts = self.contracts(change.old, change.family)?;
        let mut found = Vec::new();
        for (_, place) in contracts.outside.iter().filter(|(object, _)| change.family.contains_key(object)) {
            let message =
                format!("A value that is used here needs its method `{}`, and the other side is declared outside the project.", change.old);
            found.push(self.breaks(place.file, place.at, ConflictKind::BrokenContract, message));
        }
        for (_, _, place) in
            contracts.seen.iter().filter(|(of, by, _)| change.family.contains_key(of) && change.family.contains_key(by)).take(50)
        {
            let depth = |name: &str| match self.member(&place.from, name) {
                Member::Found(object, depth, _) => Some((object, depth)),
                _ => None,
            };
            if let (Some((_, now)), Some((other, then))) = (depth(change.old), depth(change.new))
                && then <= now
                && !change.family.contains_key(&other)
            {
                let message = format!("The interface would call another `{}` of the value that is used for it here.", change.new);
                found.push(self.breaks(place.file, place.at, ConflictKind::Shadowing, message));
            }
        }
        if self.kind(change.object) == DeclKind::Method {
            let same = self.same(change.object)?;
            for (of, _, place) in contracts.seen.iter().filter(|(_, by, _)| same.contains(by)).take(5) {
                let message = format!(
                    "The type is used for an interface here that asks for `{}`. Rename the method of the interface ({}) if both are meant.",
                    change.old,
                    self.path(of.file)
                );
                found.push(self.breaks(place.file, place.at, ConflictKind::BrokenContract, message));
            }
            if (WELL_KNOWN.contains(&change.old) || is_asked_by_go(change.old)) && found.is_empty() {
                let message = format!(
                    "Go's own packages ask for methods called `{}`; whether this type is handed to one was not worked out.",
                    change.old
                );
                let at = self.decl(change.object).start;
                found.push(Conflict { breaks: false, ..self.breaks(change.object.file, at, ConflictKind::BrokenContract, message) });
            }
        }
        Ok(found)
    }

    /// Worked out once for a question: whatever joins the family later fits what it began with.
    fn contracts(&self, name: &str, family: &Family) -> Result<Rc<Contracts>, Refused> {
        if let Some(known) = self.contracts.borrow().clone() {
            return Ok(known);
        }
        let found = Rc::new(self.found_contracts(name, family)?);
        *self.contracts.borrow_mut() = Some(found.clone());
        Ok(found)
    }

    /// Step by step from the family on: only what is bound to it is looked at, and only where that can be used.
    fn found_contracts(&self, name: &str, family: &Family) -> Result<Contracts, Refused> {
        let objects: Vec<Object> = family.keys().copied().collect();
        let (interfaces, methods) = self.methods_called(name, &self.candidates(name, &objects)?);
        let mut contracts = Contracts::default();
        // Nothing asks for a method of this name, so that nothing binds it.
        if interfaces.is_empty() && !is_asked_by_go(name) {
            return Ok(contracts);
        }
        let is_broken = |contracts: &Contracts| {
            objects.iter().all(|object| self.kind(*object) == DeclKind::Method)
                && contracts.seen.iter().any(|(_, by, _)| objects.contains(by))
        };
        let mut known: BTreeSet<Object> = family.keys().copied().collect();
        let mut searched: BTreeSet<FileId> = BTreeSet::new();
        let mut open: BTreeSet<Object> = known.clone();
        while !open.is_empty() {
            let mut places = BTreeSet::new();
            for object in &open {
                self.going()?;
                let fitting = match self.kind(*object) {
                    DeclKind::InterfaceMethod => methods.iter().filter(|by| self.fits(*object, **by)).map(|by| (*object, *by)).collect(),
                    _ => interfaces.iter().filter(|of| self.fits(**of, *object)).map(|of| (*of, *object)).collect::<Vec<_>>(),
                };
                self.places_of(*object, &mut places)?;
                for (of, by) in &fitting {
                    self.places_of(if of == object { *by } else { *of }, &mut places)?;
                }
                contracts.fitting.extend(fitting);
            }
            places.retain(|file| !searched.contains(file));
            // It can't be renamed alone anyway, which is said: all that its interface binds is the interface's question.
            if searched.len() + places.len() > MOST_OF_BROKEN && is_broken(&contracts) {
                contracts.is_cut = true;
                break;
            }
            for file in &places {
                self.going()?;
                for place in self.assigned(*file, name) {
                    self.bind_contract(name, place, &mut contracts);
                }
            }
            searched.extend(places);
            open = self.bound_further(&contracts, &mut known)?;
        }
        contracts.fitting.sort_unstable();
        contracts.fitting.dedup();
        Ok(contracts)
    }

    /// Methods of a name in these files: those of interfaces, and those of other types.
    fn methods_called(&self, name: &str, files: &[FileId]) -> (Vec<Object>, Vec<Object>) {
        let (mut interfaces, mut methods) = (Vec::new(), Vec::new());
        for file in files {
            let bound = self.file(*file);
            for (id, decl) in bound.decls.iter().enumerate().filter(|(_, decl)| bound.tree.slice(decl.start, decl.end) == name) {
                let object = Object { file: *file, decl: offset(id) };
                match decl.kind {
                    DeclKind::InterfaceMethod => interfaces.push(object),
                    DeclKind::Method => methods.push(object),
                    _ => {}
                }
            }
        }
        (interfaces, methods)
    }

    /// Files where a value of a method's type, or what its interface asks for, may be used: its package, and whoever names the type.
    fn places_of(&self, method: Object, places: &mut BTreeSet<FileId>) -> Result<(), Refused> {
        let package = self.package_of(method.file);
        places.extend(package.files.iter().copied());
        let Some(holder) = self.holder_name(method).filter(|holder| is_exported(holder)) else { return Ok(()) };
        let key = (package.dir.clone(), holder);
        if let Some(known) = self.naming.borrow().get(&key) {
            places.extend(known.iter().copied());
            return Ok(());
        }
        let (dir, holder) = (&key.0, &key.1);
        let import = self.modules.path_of(dir).unwrap_or_else(|| dir.rsplit('/').next().unwrap_or(dir).to_owned());
        let mut found = Vec::new();
        for path in self.project.containing(holder, &|path| path.ends_with(".go") && !self.is_foreign(path)) {
            self.going()?;
            // Whoever names a type of another package imports that.
            let names = |text: &str| text.contains(import.as_str()) && crate::names::spells(text, holder);
            if self.project.text(&path).is_some_and(|text| names(&text)) {
                found.extend(self.open(&path));
            }
        }
        places.extend(found.iter().copied());
        self.naming.borrow_mut().insert(key, found);
        Ok(())
    }

    /// What places that were seen bind to what is known to be bound.
    fn bound_further(&self, contracts: &Contracts, known: &mut BTreeSet<Object>) -> Result<BTreeSet<Object>, Refused> {
        let mut open = BTreeSet::new();
        loop {
            let before = known.len();
            for (of, by, _) in &contracts.seen {
                if known.contains(of) != known.contains(by) {
                    for object in [*of, *by] {
                        open.extend(self.same(object)?.into_iter().filter(|same| known.insert(*same)));
                    }
                }
            }
            if known.len() == before {
                return Ok(open);
            }
        }
    }

    fn bind_contract(&self, name: &str, place: Assigned, contracts: &mut Contracts) {
        let (to, from) = (self.member_of(&place.to, name), self.member_of(&place.from, name));
        match (to, from) {
            (Some(of), Some(by)) => contracts.seen.push((of, by, place)),
            (Some(of), None) if matches!(self.underlying(place.from.pointed()), Type::External(_)) => contracts.outside.push((of, place)),
            (None, Some(by)) if asks(&place.to, name) => contracts.outside.push((by, place)),
            _ => {}
        }
    }

    fn member_of(&self, of: &Type, name: &str) -> Option<Object> {
        match self.member(of, name) {
            Member::Found(object, ..) if self.kind(object).is_method() => Some(object),
            _ => None,
        }
    }

    /// The name of the type that a method belongs to.
    fn holder_name(&self, method: Object) -> Option<String> {
        let decl = self.decl(method);
        match decl.kind {
            DeclKind::Method => Some(self.file(method.file).tree.text_of(decl.owner).to_owned()),
            _ => self.named_by(method.file, decl.owner).map(|named| self.name(named)),
        }
    }

    /// Whether the type of a method has all that the interface of another asks for.
    fn fits(&self, of: Object, by: Object) -> bool {
        let (wanted, given) = (self.decl(of), self.decl(by));
        let Type::Named(holder, _) = self.type_at(by.file, given.owner) else { return false };
        let holder = Type::Named(holder, [].into());
        let mut asked = Vec::new();
        self.asked_by(&Type::Interface(of.file, wanted.owner, [].into()), &mut asked, 0)
            && asked.iter().all(|method| match self.member(&holder, &self.name(*method)) {
                Member::Found(found, ..) => self.same_shape(*method, found),
                _ => false,
            })
    }

    /// All methods of an interface; whether it could be followed.
    fn asked_by(&self, of: &Type, asked: &mut Vec<Object>, depth: usize) -> bool {
        match self.underlying(of) {
            Type::Interface(file, node, _) if depth < 12 => {
                asked.extend(self.owned(file, node));
                self.embedded_in(file, node).iter().all(|held| self.asked_by(held, asked, depth + 1))
            }
            Type::Basic(name) => matches!(&*name, "any" | "comparable"),
            _ => false,
        }
    }

    fn same_shape(&self, one: Object, other: Object) -> bool {
        match (self.decl_type(one), self.decl_type(other)) {
            (Type::Func(one), Type::Func(other)) => {
                let alike = |one: &[Type], other: &[Type]| {
                    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| may_equal(one, other))
                };
                one.variadic == other.variadic && alike(&one.params, &other.params) && alike(&one.results, &other.results)
            }
            _ => false,
        }
    }

    /// Every place of a file where a value is used for what asks for a method of this name.
    fn assigned(&self, file: FileId, name: &str) -> Vec<Assigned> {
        let bound = self.file(file);
        let mut found = Vec::new();
        for node in bound.tree.ids() {
            self.assigned_at(file, node, &mut |to: Type, from: &dyn Fn() -> Type, at: NodeId| {
                let is_asked = || matches!(self.underlying(&to), Type::Interface(..)) && self.member_of(&to, name).is_some();
                if !asks(&to, name) && !is_asked() {
                    return;
                }
                let from = from();
                if !matches!(from, Type::Unknown | Type::Nil | Type::Basic(_)) {
                    found.push(Assigned { to, from, file, at: bound.tree.node(at).start });
                }
            });
        }
        found
    }
}

/// Interfaces of Go's own library, and `error`, with their methods.
const ASKED: &[(&str, &[&str])] = &[
    ("io/fs.FS", &["Open"]),
    ("io/fs.File", &["Stat", "Read", "Close"]),
    ("io/fs.FileInfo", &["Name", "Size", "Mode", "ModTime", "IsDir", "Sys"]),
    ("net/http.FileSystem", &["Open"]),
    ("net.Conn", &["Read", "Write", "Close", "LocalAddr", "RemoteAddr", "SetDeadline"]),
    ("log/slog.Handler", &["Enabled", "Handle", "WithAttrs", "WithGroup"]),
    ("error", &["Error"]),
    ("fmt.Stringer", &["String"]),
    ("io.Reader", &["Read"]),
    ("io.Writer", &["Write"]),
    ("io.Closer", &["Close"]),
    ("io.ReadCloser", &["Read", "Close"]),
    ("io.WriteCloser", &["Write", "Close"]),
    ("io.ReadWriter", &["Read", "Write"]),
    ("io.ReadWriteCloser", &["Read", "Write", "Close"]),
    ("io.Seeker", &["Seek"]),
    ("io.ReaderAt", &["ReadAt"]),
    ("io.WriterTo", &["WriteTo"]),
    ("io.ReaderFrom", &["ReadFrom"]),
    ("sort.Interface", &["Len", "Less", "Swap"]),
    ("container/heap.Interface", &["Len", "Less", "Swap", "Push", "Pop"]),
    ("net/http.Handler", &["ServeHTTP"]),
    ("net/http.RoundTripper", &["RoundTrip"]),
    ("net/http.ResponseWriter", &["Header", "Write", "WriteHeader"]),
    ("encoding/json.Marshaler", &["MarshalJSON"]),
    ("encoding/json.Unmarshaler", &["UnmarshalJSON"]),
    ("encoding.TextMarshaler", &["MarshalText"]),
    ("encoding.TextUnmarshaler", &["UnmarshalText"]),
    ("context.Context", &["Deadline", "Done", "Err", "Value"]),
    ("sync.Locker", &["Lock", "Unlock"]),
    ("flag.Value", &["String", "Set"]),
    ("database/sql.Scanner", &["Scan"]),
    ("database/sql/driver.Valuer", &["Value"]),
];

/// Whether a library's interface asks for a method, as far as libraries are known.
fn asks(of: &Type, name: &str) -> bool {
    let (Type::Basic(whole) | Type::External(whole)) = of else { return false };
    ASKED.iter().any(|(interface, methods)| **interface == **whole && methods.contains(&name))
}

/// Whether any of them asks for a method.
fn is_asked_by_go(name: &str) -> bool {
    ASKED.iter().any(|(_, methods)| methods.contains(&name))
}

/// Whether two types may be the same; what can't be followed may.
fn may_equal(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Unknown | Type::Param(_), _) | (_, Type::Unknown | Type::Param(_)) => true,
        (Type::Pointer(one), Type::Pointer(other))
        | (Type::Slice(one), Type::Slice(other))
        | (Type::Array(one), Type::Array(other))
        | (Type::Chan(one), Type::Chan(other)) => may_equal(one, other),
        (Type::Map(key, value), Type::Map(other_key, other_value)) => may_equal(key, other_key) && may_equal(value, other_value),
        (Type::Named(one, _), Type::Named(other, _)) => one == other,
        (Type::Func(_), Type::Func(_)) | (Type::Struct(..), Type::Struct(..)) | (Type::Interface(..), Type::Interface(..)) => true,
        (Type::Interface(..), Type::Basic(any)) | (Type::Basic(any), Type::Interface(..)) => &**any == "any",
        (one, other) => one == other,
    }
}
