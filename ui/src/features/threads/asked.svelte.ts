// What another part of the window asks of the threads in the reader.

interface Asked {
  /** A thread to go to as soon as its file is there. */
  thread: { projectId: string; threadId: string } | null;
  /** A thread whose place somebody is about to choose. */
  placing: { projectId: string; threadId: string; words: string } | null;
}

export const asked: Asked = $state({ thread: null, placing: null });
