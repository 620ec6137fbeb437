// The models and endpoints that could write.
import { backend, toFailure, type EndpointCard, type Failure, type ModelCard, type Models } from "$lib/ipc";

class KnownModels {
  current: Models | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  private question = 0;

  async load(): Promise<void> {
    const question = ++this.question;
    try {
      const known = await backend().models();
      if (question !== this.question) return;
      this.current = known;
      this.failure = null;
    } catch (thrown) {
      if (question === this.question) this.failure = toFailure(thrown);
    }
  }

  /** Does something that answers with all of them; rejects as it does. */
  async after(work: Promise<Models>): Promise<void> {
    const known = await work;
    this.question += 1;
    this.current = known;
    this.failure = null;
  }

  model(id: string | null): ModelCard | undefined {
    return this.current?.models.find((one) => one.id === id);
  }

  endpoint(id: string | null): EndpointCard | undefined {
    return this.current?.endpoints.find((one) => one.id === id);
  }

  /** The name of a model or an endpoint. */
  name(id: string | null): string | undefined {
    const endpoint = this.endpoint(id);
    return endpoint ? endpoint.name : this.model(id)?.name;
  }

  reset(): void {
    this.question += 1;
    this.current = null;
    this.failure = null;
  }
}

export const models = new KnownModels();

/** Whether it can be loaded or asked at all. */
export const isUsable = (model: ModelCard): boolean =>
  model.problem === null && (model.fits || model.load_anyway);
