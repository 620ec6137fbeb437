// State that outlives whatever part of the window asked for it first.

/** Makes something with derived state that goes on when the component or effect that made it ends. */
export function detached<Made>(make: () => Made): Made {
  let made: Made | undefined;
  $effect.root(() => {
    made = make();
  });
  return made as Made;
}
