import { type ReadonlySignal, signal } from '@preact/signals';

export interface Toast {
  id: number;
  tone: 'info' | 'success' | 'error';
  text: string;
  action?: { label: string; run: () => void };
  /** Takes back what the toast tells; it is offered for as long as the toast is shown. */
  undo?: () => void;
}

const SHOWN_MS = 8_000;
const AT_ONCE = 3;

/** Short messages that go by themselves. The same text is shown once, not piled up. */
export class Toasts {
  readonly #shown = signal<readonly Toast[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #nextId = 1;

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#shown;
  }

  show(tone: Toast['tone'], text: string, action?: Toast['action']): void {
    this.#add({ tone, text, ...(action && { action }) });
  }

  /** Tells what was done, with a way back. */
  done(text: string, undo: () => void): void {
    this.#add({ tone: 'success', text, undo });
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#shown.value = this.#shown.value.filter((toast) => toast.id !== id);
  }

  /** Keeps them while somebody reads: the pointer or the focus is on one. */
  hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  release(): void {
    this.hold();
    for (const toast of this.#shown.value) this.#expire(toast);
  }

  #add(made: Omit<Toast, 'id'>): void {
    const toast = { id: this.#nextId++, ...made };
    const others = this.#shown.value.filter(({ text }) => text !== toast.text);
    this.#shown.value = [...others, toast].slice(-AT_ONCE);
    this.#expire(toast);
  }

  #expire({ id, action }: Toast): void {
    // A toast that asks for a click stays until it gets one or is dismissed.
    if (!action)
      this.#timers.set(
        id,
        setTimeout(() => this.dismiss(id), SHOWN_MS),
      );
  }
}
