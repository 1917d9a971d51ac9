import { effect } from '@preact/signals';
import type { ApiClient } from '../api/client';
import { ApiError } from '../api/problem';
import type { FieldName, Pdf, PdfDetail, RequestAnswer, Transfer } from '../api/rows';
import type { Collection } from './collection';
import type { DocumentsStore } from './documents/documents';
import type { TransfersStore } from './transfers';

/** A place to show a file, prepared at the click because browsers block what comes later. */
export interface ViewerTab {
  waiting(fraction: number): void;
  /** False where the tab was closed or blocked. */
  show(file: Blob): boolean;
  close(): void;
}

export interface OpeningEvents {
  /** It will take until the branch is back; nothing opens by itself then. */
  onWaiting(pdf: Pdf): void;
  /** It is here, and there is no tab to show it in. */
  onReady(pdf: Pdf): void;
  onFailed(pdf: Pdf, error: ApiError): void;
}

/** The product's main job: from a click on a document to the open file. */
export class Openings {
  constructor(
    private readonly api: ApiClient,
    private readonly documents: DocumentsStore,
    private readonly transfers: TransfersStore,
    private readonly events: OpeningEvents,
  ) {}

  private get pdfs(): Collection<Pdf> {
    return this.documents.pdfs;
  }

  async open(pdf: Pdf, tab: ViewerTab): Promise<void> {
    try {
      if (pdf.status !== 'cached') {
        const { status, transfer } = await this.request(pdf);
        const here = status === 'cached' || (await this.#arrival(pdf, transfer, tab));
        if (!here) return;
      }
      const file = await this.download(pdf.id);
      if (!tab.show(file)) this.events.onReady(pdf);
    } catch (error) {
      tab.close();
      this.events.onFailed(pdf, asApiError(error));
    }
  }

  /** Asks for the file. Its transfer is null where it is here already, and where a branch that
   * the reader does not see sends it. */
  request(pdf: Pdf): Promise<RequestAnswer> {
    return this.#ask(`/api/pdfs/${pdf.id}/request`, {});
  }

  async cancel(transfer: Transfer): Promise<void> {
    const path = `/api/transfers/${transfer.id}/cancel`;
    this.transfers.rows.upsert(await this.api.json<Transfer>(path, { method: 'POST' }));
  }

  /** Asks once more for what failed or was cancelled. */
  async retry(transfer: Transfer): Promise<void> {
    await this.#ask(`/api/transfers/${transfer.id}/retry`);
  }

  /** Puts fields right; null takes a correction back. */
  correct(pdfId: string, fields: Partial<Record<FieldName, string | null>>): Promise<PdfDetail> {
    return this.api.json(`/api/pdfs/${pdfId}/fields`, { method: 'PATCH', body: fields });
  }

  /** Asks the branch's agent to read the file once more. */
  async reread(pdf: Pdf): Promise<void> {
    await this.api.call(`/api/pdfs/${pdf.id}/reread`, { method: 'POST' });
  }

  /** A pinned document is kept here past its day. */
  async pin(pdf: Pdf, pinned: boolean): Promise<void> {
    await this.api.call(`/api/pdfs/${pdf.id}/pin`, { method: pinned ? 'PUT' : 'DELETE' });
  }

  async download(pdfId: string): Promise<Blob> {
    return (await this.api.call(`/api/pdfs/${pdfId}/download`)).blob();
  }

  async #ask(path: string, body?: object): Promise<RequestAnswer> {
    const answer = await this.api.json<RequestAnswer>(path, { method: 'POST', body });
    if (answer.transfer) this.transfers.rows.upsert(answer.transfer);
    return answer;
  }

  /** Waits for the transfer's end: true when the file is here, false when it was cancelled. Of
   * one that is not seen the document's row tells. */
  #arrival(pdf: Pdf, transfer: Transfer | null, tab: ViewerTab): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let waitsForBranch = false;
      let underWay = false;
      let settled = false;
      const settle = (end: () => void) => {
        settled = true;
        end();
        // The effect may settle in its first run, before its disposer exists.
        queueMicrotask(() => stop());
      };
      const stop = effect(() => {
        this.pdfs.revision.value;
        this.transfers.rows.revision.value;
        if (settled) return;
        const now = transfer && (this.transfers.rows.get(transfer.id) ?? transfer);
        const row = this.pdfs.get(pdf.id) ?? pdf;
        if (row.status === 'cached') return settle(() => resolve(true));
        if (now?.state === 'cancelled') {
          tab.close();
          return settle(() => resolve(false));
        }
        const ended = now ? now.state === 'failed' : underWay && row.status !== 'uploading';
        if (ended) {
          const code = now?.errorCode ?? 'transfer_failed';
          return settle(() => reject(new ApiError(409, code, now?.error ?? '')));
        }
        underWay ||= row.status === 'uploading';
        const { sentBytes, totalBytes } = now ? this.transfers.progress(now) : NOT_SEEN;
        tab.waiting(totalBytes > 0 ? sentBytes / totalBytes : 0);
        if (!waitsForBranch && this.documents.availability(row) === 'branch_offline') {
          waitsForBranch = true;
          tab.close();
          this.events.onWaiting(row);
        }
      });
    });
  }
}

const NOT_SEEN = { sentBytes: 0, totalBytes: 0 };

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'unexpected', String(error));
}
