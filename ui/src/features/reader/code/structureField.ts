// What is known of a document's structure, as state that folding and the header read.
import { StateEffect, StateField } from "@codemirror/state";
import type { Structure } from "../structure";

export const setStructure = StateEffect.define<Structure | null>();

export const structureField = StateField.define<Structure | null>({
  create: () => null,
  update: (held, transaction) =>
    transaction.effects.reduce((value, effect) => (effect.is(setStructure) ? effect.value : value), held),
});
