import { computed, signal } from '@preact/signals';
import type { Transfer } from '../api/rows';
import type { UploadProgress } from '../feed/messages';
import type { Collection } from './collection';
import { Speedometer } from './speedometer';

export interface Progress {
  sentBytes: number;
  totalBytes: number;
}

export function isOpen(transfer: Transfer): boolean {
  return transfer.state === 'queued' || transfer.state === 'uploading';
}

/** So many of those that have ended are listed. */
const RECENT = 100;

function endOf(transfer: Transfer): string {
  return transfer.finishedAt ?? transfer.updatedAt;
}

/** Documents on their way up. Rows are the truth; progress events only move the bar sooner. */
export class TransfersStore {
  readonly #live = signal<ReadonlyMap<string, number>>(new Map());
  readonly #speeds = new Map<string, Speedometer>();

  constructor(
    readonly rows: Collection<Transfer>,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Those on their way: the one that moves before those that wait, then as they were asked for. */
  readonly running = computed<readonly Transfer[]>(() => {
    this.rows.revision.value;
    const open = [...this.rows.rows()].filter(isOpen).reverse();
    return open.sort((a, b) => Number(b.state === 'uploading') - Number(a.state === 'uploading'));
  });

  /** Those that have ended, the newest first. */
  readonly ended = computed<readonly Transfer[]>(() => {
    this.rows.revision.value;
    const ended = [...this.rows.rows()].filter((transfer) => !isOpen(transfer));
    return ended.sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1)).slice(0, RECENT);
  });

  readonly #openByPdf = computed<ReadonlyMap<string, Transfer>>(() => {
    this.rows.revision.value;
    const open = new Map<string, Transfer>();
    for (const transfer of this.rows.rows()) {
      if (isOpen(transfer) && !open.has(transfer.pdfId)) open.set(transfer.pdfId, transfer);
    }
    return open;
  });

  /** The transfer that is bringing the document up now. */
  openFor(pdfId: string): Transfer | undefined {
    return this.#openByPdf.value.get(pdfId);
  }

  /** Bytes a second over the last moments; null while that is not known. */
  speed(transfer: Transfer): number | null {
    this.#live.value;
    return this.#speeds.get(transfer.id)?.bytesPerSecond(this.clock()) ?? null;
  }

  progress(transfer: Transfer): Progress {
    const live = this.#live.value.get(transfer.id) ?? 0;
    return {
      sentBytes: Math.min(transfer.totalBytes, Math.max(transfer.sentBytes, live)),
      totalBytes: transfer.totalBytes,
    };
  }

  onProgress(event: UploadProgress): void {
    const live = new Map<string, number>();
    for (const [id, sent] of this.#live.value) {
      const row = this.rows.get(id);
      if (!row || isOpen(row)) live.set(id, sent);
      else this.#speeds.delete(id);
    }
    const speed = this.#speeds.get(event.transferId) ?? new Speedometer();
    speed.note(event.sentBytes, this.clock());
    this.#speeds.set(event.transferId, speed);
    live.set(event.transferId, event.sentBytes);
    this.#live.value = live;
  }
}
