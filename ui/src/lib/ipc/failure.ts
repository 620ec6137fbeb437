// Errors as the interface shows them: a code to compare, a sentence, and what to do.
import type { Failure } from "./bindings";

/** Whatever a promise was rejected with, as a `Failure`. */
export function toFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? null };
  if (thrown instanceof Error) return { code: "INTERNAL", message: thrown.message, hint: null };
  return { code: "INTERNAL", message: String(thrown), hint: null };
}

function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}
