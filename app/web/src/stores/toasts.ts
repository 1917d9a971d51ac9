import { type ReadonlySignal, signal } from '@preact/signals';

export interface Toast {
  id: number;
  tone: 'info' | 'success' | 'error';
  text: string;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 8_000;
const AT_ONCE = 4;

/** Short messages that go by themselves. The same text is shown once, not piled up. */
export class Toasts {
  readonly #shown = signal<readonly Toast[]>([]);
  #nextId = 1;

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#shown;
  }

  show(tone: Toast['tone'], text: string, action?: Toast['action']): void {
    const id = this.#nextId++;
    const others = this.#shown.value.filter((toast) => toast.text !== text);
    this.#shown.value = [...others, { id, tone, text, ...(action && { action }) }].slice(-AT_ONCE);
    // A toast that asks for a click stays until it gets one or is dismissed.
    if (!action) setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((toast) => toast.id !== id);
  }
}
