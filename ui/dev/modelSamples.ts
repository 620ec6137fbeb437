// Models and endpoints as they would be, for screens and tests.
import type { EndpointCard, ModelCard, Models } from "../src/lib/ipc/bindings";

export const modelCard = (id: string, extra: Partial<ModelCard> = {}): ModelCard => ({
  id,
  name: "SmolLM2 135M",
  note: "Tiny: for trying out. Check every sentence.",
  file_name: "SmolLM2-135M-Instruct.Q4_1.gguf",
  size: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  architecture: "llama",
  quantization: "Q4_1",
  parameters: 134_515_008,
  trained_context: 8_192,
  context: 4_096,
  memory: 260_000_000,
  fits: true,
  load_anyway: false,
  tokens_per_second: 31.2,
  prompt_tokens_per_second: 240,
  problem: null,
  loaded: false,
  ...extra,
});

/** As the workspace warns of an address. */
export const warningOf = (url: string): string | null =>
  /^http:\/\/(?!127\.|localhost|\[::1\])[^/]/.test(url)
    ? "This address has no encryption: code, answers and the key can be read and changed by everybody between here and there. Use an address that begins with https://, or reach the server through an SSH tunnel to 127.0.0.1."
    : null;

export const endpointCard = (id: string, extra: Partial<EndpointCard> = {}): EndpointCard => ({
  id,
  name: "LAN endpoint",
  url: "http://192.168.1.20:8080/v1",
  model: "qwen3-8b",
  kind: "OpenAI-compatible",
  this_computer: false,
  warning: warningOf("http://192.168.1.20:8080/v1"),
  has_key: true,
  key_is_temporary: true,
  context: 8_192,
  answers: false,
  problem: "Nobody answers at 192.168.1.20:8080.",
  tokens_per_second: null,
  allowed: [],
  ...extra,
});

export const sampleModels = (extra: Partial<Models> = {}): Models => ({
  models: [
    modelCard("m1", { loaded: true }),
    modelCard("m2", {
      name: "Qwen2.5 Coder 1.5B",
      note: "",
      size: 1_100_000_000,
      memory: 1_600_000_000,
      tokens_per_second: 6.1,
    }),
    modelCard("m3", {
      name: "Llama 3.1 8B",
      note: "",
      size: 4_900_000_000,
      memory: 6_200_000_000,
      fits: false,
      tokens_per_second: null,
    }),
  ],
  endpoints: [endpointCard("e1")],
  chosen: "m1",
  jobs_at_once: 1,
  memory_limit: 2_000_000_000,
  memory_total: 16_000_000_000,
  memory_free: 5_200_000_000,
  engine_problem: null,
  ...extra,
});
