/** Older samples say nothing of the speed now. */
const WINDOW_MS = 8_000;
/** After so long without news the speed is not known. */
const SILENT_MS = 15_000;

/** How fast a transfer is, from what is told of it now and then. */
export class Speedometer {
  #samples: { bytes: number; at: number }[] = [];

  note(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    // It begins anew after the connection broke.
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ bytes, at });
    while (this.#samples.length > 2 && (this.#samples[0]?.at ?? 0) < at - WINDOW_MS) {
      this.#samples.shift();
    }
  }

  bytesPerSecond(now: number): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at === first.at || now - last.at > SILENT_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
