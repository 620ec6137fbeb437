// What a problem that verifying found means, in words.

export const problemWords: Record<string, string> = {
  missing_node: "Its list of files is missing",
  node_mismatch: "Its list of files does not match its hash",
  missing_object: "Its content is missing",
  object_mismatch: "Its content does not match its hash",
  manifest_mismatch: "The version does not match its hash",
};
