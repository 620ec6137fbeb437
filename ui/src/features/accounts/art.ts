// The sheet of code beside the first run, and the blank one beside the lock.

/** Widths in percent and indents in steps of the blank lines; 0 is an empty one. */
export const blankLines: readonly (readonly [number, number])[] = [
  [62, 0],
  [0, 0],
  [48, 2],
  [38, 3],
  [0, 0],
  [70, 0],
  [56, 1],
  [64, 2],
  [44, 3],
  [30, 4],
  [0, 0],
  [52, 1],
  [66, 2],
  [40, 3],
  [0, 0],
  [58, 0],
  [72, 1],
  [34, 2],
  [46, 3],
  [0, 0],
  [61, 0],
  [50, 1],
  [28, 2],
  [54, 3],
];

/** `[k|text]` is text of one class: k keyword, f function, y type, c comment, u punctuation, s string. The rest is plain. */
const sample = String.raw`[c|/// Compares the folder with a manifest. Nothing is written.]
[k|pub fn ][f|plan][u|(]root[u|: &][y|Path][u|, ]base[u|: &][y|Manifest][u|) -> ][y|Result][u|<][y|SyncPlan][u|> {]
[k|    let mut ]plan [u|= ][y|SyncPlan][u|::][f|default][u|();]
[k|    let mut ]seen [u|= ][y|BTreeMap][u|::][f|new][u|();]

[k|    for ]path [k|in ][f|walk_tracked][u|(root)? {]
[k|        let ]rel [u|= path.][f|strip_prefix][u|(root)?.][f|to_path_buf][u|();]
[k|        let ]digest [u|= ][f|hash_file][u|(&path)?;]
[k|        match ]base.[f|get][u|(&rel) {]
[y|            None ][u|=> plan.added.][f|push][u|(rel.][f|clone][u|()),]
[y|            Some][u|(entry) ][k|if ]entry.digest [u|!= ]digest [u|=> plan.changed.][f|push][u|(rel.][f|clone][u|()),]
[y|            Some][u|(_) => {}]
[u|        }]
        seen.[f|insert][u|(rel, digest);]
[u|    }]

    plan.removed [u|= base.][f|paths][u|().][f|filter][u|(|p| !seen.][f|contains_key][u|(*p)).][f|cloned][u|().][f|collect][u|();]
[y|    Ok][u|(plan)]
[u|}]

[c|/// Writes the next manifest and moves HEAD to it in one rename.]
[k|pub fn ][f|commit][u|(]store[u|: &][y|Path][u|, ]root[u|: &][y|Path][u|) -> ][y|Result][u|<][y|Manifest][u|> {]
[k|    let ]base [u|= ][f|latest][u|(store)?;]
[k|    let ]plan [u|= ][f|plan][u|(root, &base)?;]

[k|    if ][u|plan.][f|is_empty][u|() {]
[k|        return ][y|Ok][u|(base);]
[u|    }]
[k|    let ]next [u|= base.][f|apply][u|(&plan)?;]
[k|    let ]staged [u|= store.][f|join][u|(][s|"HEAD.next"][u|);]
    fs[u|::][f|write][u|(&staged, next.][f|to_bytes][u|()?)?;]
    fs[u|::][f|rename][u|(staged, store.][f|join][u|(][s|"HEAD"][u|))?;]
[y|    Ok][u|(next)]
[u|}]

[c|/// Hashes every stored object again and names what does not match.]
[k|pub fn ][f|verify][u|(]store[u|: &][y|Path][u|) -> ][y|Result][u|<][y|Report][u|> {]
[k|    let ]manifest [u|= ][f|latest][u|(store)?;]`;

/** The code as lines of runs: class and text. */
export const sampleLines: [string, string][][] = sample
  .split("\n")
  .map((line) =>
    [...line.matchAll(/\[(\w)\|(.*?)\]|([^[]+)/g)].map(([, kind, text, plain]): [string, string] => [
      kind ?? "",
      text ?? plain ?? "",
    ]),
  );
