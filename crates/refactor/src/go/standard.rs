//! What the generic functions of Go's library give.

use std::rc::Rc;

use super::{
    syntax::NodeId,
    types::{Signature, Type},
    world::{FileId, World},
};

impl World<'_> {
    /// The result of a call of one of them; `None` for every other function.
    pub fn standard(&self, file: FileId, whole: &str, arguments: &[NodeId]) -> Option<Type> {
        let first = self.type_at_expr(file, *arguments.first()?);
        let inner = |of: &Type| match self.underlying(of) {
            Type::Slice(inner) => Some((*inner).clone()),
            _ => None,
        };
        let pair = |of: &Type| match self.underlying(of) {
            Type::Map(key, value) => Some(((*key).clone(), (*value).clone())),
            _ => None,
        };
        let number = Type::Basic("int".into());
        match whole {
            "sync.OnceValue" | "sync.OnceValues" | "sync.OnceFunc" | "maps.Clone" | "slices.Clone" | "slices.Clip" | "slices.Compact"
            | "slices.CompactFunc" | "slices.Concat" | "slices.Delete" | "slices.DeleteFunc" | "slices.Grow" | "slices.Insert"
            | "slices.Repeat" | "slices.Replace" | "slices.AppendSeq" => Some(first),
            "slices.Max" | "slices.MaxFunc" | "slices.Min" | "slices.MinFunc" => inner(&first),
            "slices.Values" => Some(sequence(vec![inner(&first)?])),
            "slices.All" | "slices.Backward" => Some(sequence(vec![number, inner(&first)?])),
            "slices.Chunk" => Some(sequence(vec![first])),
            "slices.Collect" | "slices.Sorted" | "slices.SortedFunc" | "slices.SortedStableFunc" => match first {
                Type::Func(outer) => match outer.params.first() {
                    Some(Type::Func(each)) => Some(Type::Slice(Rc::new(each.params.first()?.clone()))),
                    _ => None,
                },
                _ => None,
            },
            "maps.Keys" => Some(sequence(vec![pair(&first)?.0])),
            "maps.Values" => Some(sequence(vec![pair(&first)?.1])),
            "maps.All" => pair(&first).map(|(key, value)| sequence(vec![key, value])),
            "cmp.Or" => Some(first),
            _ => None,
        }
    }
}

/// What `for … range` takes apart: a function that calls another for every element.
fn sequence(parts: Vec<Type>) -> Type {
    let each = Signature { open: Vec::new(), params: parts, variadic: false, results: vec![Type::Basic("bool".into())] };
    Type::Func(Rc::new(Signature { open: Vec::new(), params: vec![Type::Func(Rc::new(each))], variadic: false, results: Vec::new() }))
}
