import { signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import type { Pdf, PdfDetail } from '../api/rows';

/** So many questions at a time; a list that is scrolled asks for many. */
const AT_ONCE = 4;

interface Known {
  version: number;
  /** Null where the question failed or nothing is known. */
  path: string | null;
}

/** Where documents lie in their branches. A row does not say it, so it is asked when it is shown. */
export class Paths {
  readonly #known = signal<ReadonlyMap<string, Known>>(new Map());
  readonly #asked = new Map<string, number>();
  #waiting: Pdf[] = [];
  #running = 0;

  constructor(private readonly api: ApiClient) {}

  /** The first path of the document; undefined while it is being asked for. */
  of(pdf: Pdf): string | null | undefined {
    const known = this.#known.value.get(pdf.id);
    return known?.version === pdf.version ? known.path : undefined;
  }

  /** Asks for the paths of the documents that are on screen now, and no more for others. */
  want(pdfs: readonly Pdf[]): void {
    this.#waiting = pdfs.filter((pdf) => this.#asked.get(pdf.id) !== pdf.version);
    while (this.#running < AT_ONCE && this.#waiting.length > 0) void this.#next();
  }

  async #next(): Promise<void> {
    const pdf = this.#waiting.shift();
    if (!pdf) return;
    this.#asked.set(pdf.id, pdf.version);
    this.#running += 1;
    const path = await this.#ask(pdf);
    this.#running -= 1;
    this.#known.value = new Map(this.#known.value).set(pdf.id, { version: pdf.version, path });
    void this.#next();
  }

  async #ask(pdf: Pdf): Promise<string | null> {
    try {
      const detail = await this.api.json<PdfDetail>(`/api/pdfs/${pdf.id}`);
      return detail.locations[0]?.path ?? null;
    } catch {
      this.#asked.delete(pdf.id);
      return null;
    }
  }
}
