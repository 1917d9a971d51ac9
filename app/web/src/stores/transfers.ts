import { computed, signal } from '@preact/signals';
import type { Transfer } from '../api/rows';
import type { UploadProgress } from '../feed/messages';
import type { Collection } from './collection';

export interface Progress {
  sentBytes: number;
  totalBytes: number;
}

export function isOpen(transfer: Transfer): boolean {
  return transfer.state === 'queued' || transfer.state === 'uploading';
}

/** Documents on their way up. Rows are the truth; progress events only move the bar sooner. */
export class TransfersStore {
  readonly #live = signal<ReadonlyMap<string, number>>(new Map());

  constructor(readonly rows: Collection<Transfer>) {}

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
    }
    live.set(event.transferId, event.sentBytes);
    this.#live.value = live;
  }
}
