import { beforeEach, describe, expect, it } from "vitest";
import { aiJob } from "../../../dev/jobPages";
import { sampleJobs } from "../../../dev/jobs";
import { fakeShell } from "../../../dev/fake";
import { provideBackend } from "$lib/ipc";
import { jobs, underWay } from "./jobs.svelte";

const FERRY = "project-ferry";
const ids = () => jobs.of(FERRY).map(({ id }) => id);

beforeEach(async () => {
  jobs.reset();
  provideBackend(fakeShell({ jobsKnow: sampleJobs() }));
  await jobs.load();
});

describe("the list of jobs", () => {
  it("has the running first, then those that wait in their turn", () => {
    expect(ids().slice(0, 3)).toEqual(["j1", "j2", "j3"]);
    expect(underWay(jobs.of(FERRY))).toEqual({ count: 3, words: "1 running, 2 waiting" });
  });

  it("puts the first in front until another is chosen, and the next when that is removed", () => {
    expect(jobs.inFront(FERRY)?.id).toBe("j1");
    jobs.choose({ id: "j3", project_id: FERRY });
    const after = ids()[ids().indexOf("j3") + 1];
    jobs.drop(["j3"]);
    expect(jobs.inFront(FERRY)?.id).toBe(after);
  });

  it("lets no late event bring back what was removed", () => {
    jobs.drop(["j2"]);
    jobs.put(aiJob("j2", { status: "RUNNING" }));
    expect(ids()).not.toContain("j2");
  });

  it("forgets what was being written when the job ends", () => {
    jobs.write({ job_id: "j1", slot: "writing", text: "It" });
    expect(jobs.texts.get("j1")?.text).toBe("It");
    jobs.put(aiJob("j1"));
    expect(jobs.texts.has("j1")).toBe(false);
  });
});
