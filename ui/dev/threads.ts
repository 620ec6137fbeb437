// Threads of the fake shell.
import type {
  CommentCard,
  NewThreadPlace,
  ThreadCard,
  ThreadFilter,
  ThreadHere,
  ThreadRow,
  ThreadState,
} from "../src/lib/ipc";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export const comment = (id: string, body: string, extra: Partial<CommentCard> = {}): CommentCard => ({
  id,
  author_type: "USER",
  author: "You",
  mine: true,
  body,
  parts: [{ kind: "html", html: `<p>${body}</p>` }],
  created_at: minutesAgo(90),
  edited_at: null,
  unread: false,
  ...extra,
});

export const threadCard = (
  id: string,
  path: string,
  line: number,
  extra: Partial<ThreadCard> = {},
): ThreadCard => ({
  id,
  project_id: "project-ferry",
  state: "EXACT",
  place: { path, line_start: line, line_end: line },
  origin: { path, line_start: line, line_end: line },
  origin_version: 40,
  origin_commit: null,
  confidence: 100,
  method: "SAME_OBJECT",
  candidates: [],
  kept: false,
  can_undo_place: false,
  resolved: false,
  unread: false,
  comments: [comment(`${id}-1`, "Is this needed?")],
  created_at: minutesAgo(90),
  updated_at: minutesAgo(90),
  imported_from: null,
  ...extra,
});

/** The threads of the design's pictures. */
export function sampleThreads(): ThreadCard[] {
  return [
    threadCard("t1", "src/sync.rs", 47, {
      comments: [
        comment(
          "c1",
          "Does this hash every file on each sync, even when nothing was touched? The docs repo takes 4 s.",
        ),
        comment(
          "c2",
          "Yes. plan calls hash_file for every tracked path, and that reads the whole file. Nothing here checks the modified time first.",
          { author: "AI (SmolLM2 135M)", author_type: "AI", mine: false },
        ),
      ],
    }),
    threadCard("t2", "src/sync.rs", 80, {
      state: "MOVED",
      origin: { path: "src/sync.rs", line_start: 74, line_end: 74 },
      comments: [
        comment("c3", "Rename is atomic only on one filesystem. Is the store always beside the folder?"),
      ],
    }),
    threadCard("t3", "src/sync.rs", 23, {
      state: "EDITED",
      unread: true,
      comments: [
        comment("c4", "Short-circuit is fine, but a count would let the status bar say how many there are.", {
          author: "Noor",
          mine: false,
          unread: true,
        }),
      ],
    }),
    threadCard("t4", "src/sync.rs", 88, {
      state: "NEEDS_REVIEW",
      candidates: [88, 37].map((line) => ({
        place: { path: "src/sync.rs", line_start: line, line_end: line },
        score: line === 88 ? 54 : 46,
        lines: [{ line, text: "    verify(manifest)?;", spans: [] }],
      })),
      comments: [comment("c5", "Should verify refuse newer formats? Two places could match this question.")],
    }),
    threadCard("t5", "src/hash.rs", 61, {
      state: "OUTDATED",
      comments: [comment("c6", "The lines this thread was about are gone.")],
    }),
    threadCard("t6", "docs/format.md", 3, { resolved: true }),
  ];
}

const row = (card: ThreadCard): ThreadRow => ({
  id: card.id,
  state: card.state,
  place: card.place,
  origin: card.origin,
  resolved: card.resolved,
  unread: card.unread,
  comments: card.comments.length,
  author: card.comments[0]?.author ?? "",
  author_type: card.comments[0]?.author_type ?? "USER",
  text: card.comments[0]?.body ?? "",
  candidates: card.candidates.length,
  created_at: card.created_at,
  updated_at: card.updated_at,
});

function passes(filter: ThreadFilter, card: ThreadCard): boolean {
  const { path, states, resolved, author, unread, text } = filter;
  const first = card.comments[0];
  if (path !== null && card.place.path !== path) return false;
  if (states.length > 0 && !states.includes(card.state)) return false;
  if (resolved !== null && card.resolved !== resolved) return false;
  if (unread && !card.unread) return false;
  if (author === "me" && !first?.mine) return false;
  if (author === "ai" && first?.author_type !== "AI") return false;
  if (author && author !== "me" && author !== "ai" && first?.author !== author) return false;
  const all = [card.place.path, ...card.comments.map(({ body }) => body)].join("\n").toLowerCase();
  return all.includes(text.toLowerCase());
}

/** The part of the fake shell that knows threads; `changed` is told whose are others than before. */
export function fakeThreads(list: ThreadCard[], changed: (projectId: string) => void) {
  let known = list;
  let made = 0;
  const of = (projectId: string) => known.filter(({ project_id }) => project_id === projectId);
  const unknown = () =>
    Promise.reject({ code: "UNKNOWN_THREAD", message: "There is no such thread.", hint: null });
  const change = (id: string, to: (card: ThreadCard) => ThreadCard) => {
    const before = known.find((card) => card.id === id);
    if (!before) return unknown();
    const after = { ...to(before), updated_at: new Date().toISOString() };
    known = known.map((card) => (card.id === id ? after : card));
    changed(after.project_id);
    return Promise.resolve(after);
  };
  const here = (card: ThreadCard): ThreadHere => ({
    thread: card,
    state: card.state,
    line_start: card.place.line_start,
    line_end: card.place.line_end,
  });
  const state = (id: string, next: ThreadState) => change(id, (card) => ({ ...card, state: next }));
  return {
    threads: (projectId: string, filter: ThreadFilter, first: number, count: number) => {
      const all = of(projectId);
      const found = all
        .filter((card) => passes(filter, card))
        .sort((one, other) =>
          filter.latest_first
            ? other.updated_at.localeCompare(one.updated_at)
            : one.place.path.localeCompare(other.place.path) || one.place.line_start - other.place.line_start,
        );
      const names = all.flatMap(({ comments }) => comments.filter(({ mine }) => !mine));
      return Promise.resolve({
        first,
        threads: found.slice(first, first + count).map(row),
        total: found.length,
        all: all.length,
        open: all.filter(({ resolved }) => !resolved).length,
        needs_review: all.filter((card) => !card.resolved && card.state === "NEEDS_REVIEW").length,
        unread: all.filter(({ unread }) => unread).length,
        authors: [...new Set(names.filter((one) => one.author_type === "USER").map(({ author }) => author))],
      });
    },
    thread: (_: string, id: string) => {
      const card = known.find((each) => each.id === id);
      return card ? Promise.resolve(card) : unknown();
    },
    threadsOfDocument: (document: string) =>
      Promise.resolve(known.filter(({ place }) => place.path === document.split("@")[0]).map(here)),
    threadsOfSide: (projectId: string, path: string) =>
      Promise.resolve(
        of(projectId)
          .filter(({ place }) => place.path === path)
          .map(here),
      ),
    threadCounts: (projectId: string) => {
      const open = of(projectId).filter(({ resolved }) => !resolved);
      const paths = [...new Set(open.map(({ place }) => place.path))].sort();
      return Promise.resolve(
        paths.map((path) => {
          const these = open.filter(({ place }) => place.path === path);
          return { path, open: these.length, unread: these.filter(({ unread }) => unread).length };
        }),
      );
    },
    threadHistory: () => Promise.resolve([]),
    threadChange: (_: string, id: string) => {
      const card = known.find((each) => each.id === id);
      const line = card?.origin.line_start ?? 1;
      return Promise.resolve({
        original: [{ line, text: "let digest = hash_file(&path)?;", spans: [] }],
        rows: [],
        quoted_only: false,
      });
    },
    setThreadsRead: (projectId: string, ids: string[], read: boolean) => {
      known = known.map((card) => (ids.includes(card.id) ? { ...card, unread: !read } : card));
      changed(projectId);
      return Promise.resolve(null);
    },
    createThread: (projectId: string, { place }: NewThreadPlace, body: string) => {
      const id = `made-${++made}`;
      const card = threadCard(id, place.path, place.line_start, {
        project_id: projectId,
        place,
        origin: place,
        comments: [comment(`${id}-1`, body, { created_at: new Date().toISOString() })],
        updated_at: new Date().toISOString(),
      });
      known = [...known, card];
      changed(projectId);
      return Promise.resolve(card);
    },
    replyToThread: (_: string, id: string, body: string) =>
      change(id, (card) => ({ ...card, comments: [...card.comments, comment(`said-${++made}`, body)] })),
    editComment: (_: string, id: string, body: string) => {
      const of = known.find(({ comments }) => comments.some((one) => one.id === id));
      return change(of?.id ?? "", (card) => ({
        ...card,
        comments: card.comments.map((one) => (one.id === id ? comment(id, body) : one)),
      }));
    },
    resolveThread: (_: string, id: string, resolved: boolean) =>
      change(id, (card) => ({ ...card, resolved })),
    placeThread: (_: string, id: string, { place }: NewThreadPlace) =>
      change(id, (card) => ({
        ...card,
        place,
        state: "MOVED",
        method: "HAND",
        candidates: [],
        can_undo_place: true,
      })),
    rejectThreadPlace: (_: string, id: string) => state(id, "NEEDS_REVIEW"),
    keepThread: (_: string, id: string) => change(id, (card) => ({ ...card, state: "OUTDATED", kept: true })),
    undoThreadPlace: (_: string, id: string) => state(id, "EXACT"),
    deleteThread: (projectId: string, id: string) => {
      known = known.filter((card) => card.id !== id);
      changed(projectId);
      return Promise.resolve(null);
    },
    previewComment: (_: string, body: string) => Promise.resolve([{ kind: "html", html: `<p>${body}</p>` }]),
    commentDrafts: () => Promise.resolve([]),
    saveCommentDraft: () => Promise.resolve(null),
  };
}
