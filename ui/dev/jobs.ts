// AI jobs and models that aren't there: kept in memory, for screens and tests.
import type {
  AiJob,
  AiPrompt,
  AiRequest,
  AiSubmitted,
  EndpointCard,
  EndpointDraft,
  ModelCard,
  ModelLimits,
  Models,
  Page,
  SentenceChoice,
  TaskProgress,
} from "../src/lib/ipc/bindings";
import { aiJob, samplePage, signatureLines } from "./jobPages";
import { modelCard, endpointCard, sampleModels, warningOf } from "./modelSamples";

const refused = (code: string, message: string, hint: string | null = null) =>
  Promise.reject({ code, message, hint });

/** The jobs of the design's pictures: one runs, one waits, others ended. */
export function sampleJobs(): FakeJobs {
  const running = aiJob("j1", {
    status: "RUNNING",
    finished_at: null,
    citations: 0,
    progress: {
      phase: "WRITING",
      section: "Writing a version",
      section_number: 4,
      sections: 6,
      done: 3,
      total: 6,
      tokens: 24,
      tokens_per_second: 31,
      prompt_tokens: 1_640,
      context: 2_048,
      memory: 410_000_000,
      computes: "CPU, 2 threads",
      seconds_left: 38,
    },
  });
  const waiting = (id: string, ahead: number, extra: Partial<AiJob>) =>
    aiJob(id, { status: "QUEUED", started_at: null, finished_at: null, has_page: false, ahead, ...extra });
  const explanation = { job_type: "EXPLANATION" } as const;
  const symbol = (name: string, path: string) => ({ kind: "SYMBOL", name, path, line: 41 }) as const;
  return {
    jobs: [
      running,
      waiting("j2", 0, { title: "web bridge", subject: { kind: "FILE", path: "web/src/api.ts" } }),
      waiting("j3", 1, {
        ...explanation,
        title: "v41 to v42",
        subject: { kind: "DIFF", from: 41, to: 42, path: null },
      }),
      aiJob("j4", { title: "Manifest format", version: 41, citations: 11, uncited: 1 }),
      aiJob("j5", { ...explanation, title: "plan", subject: symbol("plan", "src/sync.rs"), citations: 5 }),
      aiJob("j6", {
        title: "web/src",
        status: "FAILED",
        has_page: false,
        error: {
          code: "OUT_OF_MEMORY",
          message: "The model needs 2.4 GB, and the limit is 2 GB.",
          hint: "Raise the limit in Settings, or choose a smaller model.",
        },
      }),
      aiJob("j7", {
        ...explanation,
        title: "loadManifest",
        subject: symbol("loadManifest", "web/src/api.ts"),
        status: "FAILED",
        error: { code: "CANCELLED", message: "Cancelled", hint: null },
        progress: {
          ...running.progress,
          phase: "WAITING",
          done: 2,
          total: 4,
          section_number: 3,
          sections: 4,
        },
      }),
    ],
    pages: { j1: samplePage(3), j4: samplePage(), j5: samplePage(), j7: samplePage(2) },
    models: sampleModels(),
  };
}

export interface FakeJobs {
  jobs: AiJob[];
  pages: Record<string, Page>;
  /** How many of a page's texts could be doc comments. */
  docComments?: Record<string, number>;
  models: Models;
}

export const noJobs = (): FakeJobs => ({ jobs: [], pages: {}, models: sampleModels() });

interface Says {
  changed: (job: AiJob) => void;
  models: () => void;
}

/** Answers from memory; what is asked for waits until a test moves it on. */
export function fakeJobs(know: FakeJobs, say: Says) {
  const gone: AiJob[] = [];
  let made = 0;
  const find = (id: string) => know.jobs.find((job) => job.id === id);
  const unknown = () => refused("UNKNOWN_JOB", "There is no such job.");
  const change = (id: string, extra: Partial<AiJob>) => {
    const before = find(id);
    if (!before) return unknown();
    const after = { ...before, ...extra };
    know.jobs = know.jobs.map((job) => (job.id === id ? after : job));
    say.changed(after);
    return Promise.resolve(null);
  };
  const cancelled = {
    status: "FAILED" as const,
    error: { code: "CANCELLED", message: "Cancelled", hint: null },
    finished_at: new Date().toISOString(),
  };
  const setModels = (extra: Partial<Models>) => {
    know.models = { ...know.models, ...extra };
    say.models();
    return Promise.resolve(know.models);
  };
  const setModel = (id: string, extra: Partial<ModelCard>) =>
    setModels({ models: know.models.models.map((one) => (one.id === id ? { ...one, ...extra } : one)) });
  const setEndpoint = (id: string, extra: Partial<EndpointCard>) =>
    setModels({
      endpoints: know.models.endpoints.map((one) => (one.id === id ? { ...one, ...extra } : one)),
    });
  const submit = (projectId: string, request: AiRequest): Promise<AiSubmitted> => {
    const endpoint = know.models.endpoints.find(({ id }) => id === (request.model ?? know.models.chosen));
    if (endpoint && !endpoint.allowed.includes(projectId))
      return refused("ENDPOINT_NOT_ALLOWED", `Code of ferry may not be sent to ${endpoint.url}.`);
    const same = know.jobs.find(
      (job) =>
        job.job_type === request.job_type && JSON.stringify(job.subject) === JSON.stringify(request.subject),
    );
    if (same?.status === "SUCCESS") return Promise.resolve({ job_id: same.id, outcome: "WRITTEN" });
    if (same && same.status !== "FAILED") return Promise.resolve({ job_id: same.id, outcome: "JOINED" });
    const job = aiJob(`asked-${++made}`, {
      project_id: projectId,
      job_type: request.job_type,
      subject: request.subject,
      title: "path" in request.subject ? (request.subject.path ?? "Changes") : "ferry",
      status: "QUEUED",
      ahead: know.jobs.filter(({ status }) => status === "QUEUED").length,
      model: request.no_prose ? null : "SmolLM2 135M",
      started_at: null,
      finished_at: null,
      has_page: false,
      created_at: new Date().toISOString(),
    });
    know.jobs = [job, ...know.jobs];
    say.changed(job);
    return Promise.resolve({ job_id: job.id, outcome: "QUEUED" });
  };
  const prompt = (slot: string, section: string, answer: string | null): AiPrompt => ({
    slot,
    section,
    messages: [
      {
        role: "system",
        text: "You explain code. Every sentence ends with the numbers of the lines that support it.",
      },
      {
        role: "user",
        text: "[1] src/sync.rs:40-58\npub fn plan(root: &Path, base: &Manifest) -> Result<SyncPlan>\n\nWhat does it do?",
      },
    ],
    tokens: 812,
    max_tokens: 160,
    withheld: slot === "overview" ? "1 key" : "",
    answer,
  });
  const prompts = (answered: boolean) => [
    prompt(
      "overview",
      "What a sync does",
      answered ? "A sync compares a folder with the newest manifest. [1]" : null,
    ),
    prompt("planning", "Planning", answered ? "plan walks the tracked files. [3]" : null),
    prompt("limits", "Limits", null),
  ];
  return {
    aiPlan: (_task: string, _project: string, request: AiRequest) =>
      Promise.resolve({
        title: "How ferry syncs a folder",
        model: request.no_prose ? null : "SmolLM2 135M",
        endpoint: null,
        prompts: request.no_prose ? [] : prompts(false),
        total: request.no_prose ? 0 : 3,
        files: ["src/sync.rs", "src/hash.rs"],
      }),
    submitAiJob: submit,
    aiJobs: (projectId: string | null) =>
      Promise.resolve(know.jobs.filter((job) => projectId === null || job.project_id === projectId)),
    aiJob: (id: string) => {
      const job = find(id);
      return job
        ? Promise.resolve({ job, page: know.pages[id] ?? null, doc_comments: know.docComments?.[id] ?? 0 })
        : unknown();
    },
    aiPrompts: () => Promise.resolve(prompts(true)),
    cancelAiJob: (id: string) => change(id, cancelled),
    cancelAiJobs: async () => {
      for (const { id, status } of know.jobs)
        if (status === "RUNNING" || status === "QUEUED") await change(id, cancelled);
      return null;
    },
    retryAiJob: (id: string) => change(id, { status: "QUEUED", error: null, finished_at: null, ahead: 9 }),
    rewriteAiJob: (id: string, model: string | null) => {
      const before = find(id);
      if (!before) return unknown();
      const name = know.models.models.find((one) => one.id === model)?.name ?? before.model;
      const job = aiJob(`again-${++made}`, {
        ...before,
        id: `again-${made}`,
        status: "QUEUED",
        model: name,
        has_page: false,
        finished_at: null,
        started_at: null,
      });
      know.jobs = [job, ...know.jobs];
      say.changed(job);
      return Promise.resolve({ job_id: job.id, outcome: "QUEUED" as const });
    },
    moveAiJob: (id: string, before: string | null) => {
      const waiting = know.jobs
        .filter(({ status, id: other }) => status === "QUEUED" && other !== id)
        .sort((one, other) => one.ahead - other.ahead);
      const place = waiting.findIndex((job) => job.id === before);
      const moved = find(id);
      if (!moved) return unknown();
      waiting.splice(place < 0 ? waiting.length : place, 0, moved);
      know.jobs = know.jobs.map((job) => {
        const ahead = waiting.findIndex((other) => other.id === job.id);
        return ahead < 0 ? job : { ...job, ahead };
      });
      return Promise.resolve(null);
    },
    removeAiJobs: (ids: string[]) => {
      gone.push(...know.jobs.filter(({ id }) => ids.includes(id)));
      know.jobs = know.jobs.filter(({ id }) => !ids.includes(id));
      return Promise.resolve(null);
    },
    restoreAiJobs: (ids: string[]) => {
      know.jobs = [...know.jobs, ...gone.filter(({ id }) => ids.includes(id))];
      return Promise.resolve(null);
    },
    clearAiJobs: () => {
      const over = know.jobs.filter(({ status }) => status === "SUCCESS" || status === "FAILED");
      gone.push(...over);
      know.jobs = know.jobs.filter((job) => !over.includes(job));
      return Promise.resolve(over.map(({ id }) => id));
    },
    chooseSentence: (id: string, slot: string, sentence: number, choice: SentenceChoice) => {
      const job = find(id);
      const page = structuredClone(know.pages[id]);
      if (!job || !page) return unknown();
      for (const block of page.sections.flatMap(({ blocks }) => blocks)) {
        if (block.kind !== "prose" || block.slot !== slot) continue;
        const one = block.sentences[sentence];
        if (one && (choice === "REMOVE" || choice === "RESTORE")) one.removed = choice === "REMOVE";
        else if (one) one.accepted = choice === "ACCEPT";
      }
      know.pages[id] = page;
      return Promise.resolve({ job, page, doc_comments: know.docComments?.[id] ?? 0 });
    },
    aiMarkdown: () => Promise.resolve("# How ferry syncs a folder\n"),
    exportAiJob: () => Promise.resolve(null),
    citedCode: (id: string, citation: number) => {
      const found = know.pages[id]?.citations.find((one) => one.id === citation);
      if (!found) return refused("UNKNOWN_CITATION", "The page has no such citation.");
      const { path, line_start, line_end, version } = found;
      const lines = Array.from({ length: Math.min(8, line_end - line_start + 1) }, (_, at) => ({
        line: line_start + at,
        text: `    let line_${line_start + at} = read(${at})?;`,
        spans: [] as [number, number, number][],
      }));
      return Promise.resolve({
        path,
        line_start,
        line_end,
        version,
        lines,
        more: 3,
        current: path !== "src/hash.rs",
      });
    },
    citedLines: (id: string, citations: number[]) =>
      Promise.resolve(
        citations.flatMap((citation) => {
          const found = know.pages[id]?.citations.find((one) => one.id === citation);
          return found ? [{ citation, lines: signatureLines(know.pages[id], citation) }] : [];
        }),
      ),
    pagesCiting: (_: string, path: string) =>
      Promise.resolve(
        know.jobs
          .filter(
            ({ id, status }) =>
              status === "SUCCESS" && know.pages[id]?.citations.some((one) => one.path === path),
          )
          .map(({ id, title, job_type, version }) => ({
            job_id: id,
            title,
            job_type,
            version,
            line_start: 40,
            line_end: 58,
          })),
      ),
    models: () => Promise.resolve(know.models),
    chooseModel: (chosen: string | null) => setModels({ chosen }),
    renameModel: (id: string, typed: string) => {
      const name = typed.trim();
      if (name === "") return refused("BAD_ARGUMENT", "A name needs a letter or a digit.");
      return know.models.endpoints.some((one) => one.id === id)
        ? setEndpoint(id, { name })
        : setModel(id, { name });
    },
    endpointWarning: (url: string) => Promise.resolve(warningOf(url)),
    setModelContext: (id: string, context: number) => setModel(id, { context }),
    setLoadAnyway: (id: string, load_anyway: boolean) => setModel(id, { load_anyway }),
    removeModel: (id: string) => setModels({ models: know.models.models.filter((one) => one.id !== id) }),
    setModelLimits: (limits: ModelLimits) => setModels(limits),
    discoverEndpoints: () =>
      Promise.resolve([
        { kind: "Ollama", url: "http://127.0.0.1:11434/v1", models: ["qwen3:8b", "llama3.2"], known: false },
      ]),
    addEndpoint: (draft: EndpointDraft) =>
      setModels({
        endpoints: [
          ...know.models.endpoints,
          endpointCard(`e${know.models.endpoints.length + 1}`, {
            ...draft,
            has_key: Boolean(draft.key),
            answers: true,
            problem: null,
            this_computer: draft.url.includes("127.0.0.1"),
            warning: warningOf(draft.url),
          }),
        ],
      }),
    changeEndpoint: (id: string, { name, url, model }: EndpointDraft) =>
      setEndpoint(id, { name, url, model, warning: warningOf(url) }),
    removeEndpoint: (id: string) =>
      setModels({ endpoints: know.models.endpoints.filter((one) => one.id !== id) }),
    checkEndpoint: ({ url }: EndpointDraft) =>
      Promise.resolve({
        answers: true,
        message: "Answers in 40 ms.",
        models: ["qwen3:8b"],
        context: 8_192,
        warning: warningOf(url),
      }),
    allowEndpoint: (project: string, id: string, allowed: boolean) =>
      setEndpoint(id, { allowed: allowed ? [project] : [] }),
    addModelFile: (_: string, path: string) =>
      setModels({
        models: [...know.models.models, modelCard("added", { name: path.split("/").at(-1) ?? path })],
      }),
    downloadModel: (_: string, url: string, __: string | null, tell: (progress: TaskProgress) => void) => {
      tell({ phase: "Downloading", done: 40, total: 98, bytes: "40000000" });
      return setModels({
        models: [...know.models.models, modelCard("fetched", { name: url.split("/").at(-1) ?? url })],
      });
    },
    measureModel: (_: string, id: string) => setModel(id, { tokens_per_second: 28.4 }),
  };
}
