/** What the overview picks from the rows; each is one walk over them. */

import type { Agent, EmptiedPlace, Pdf, Transfer } from '../api/rows';

const DAY_MS = 86_400_000;

/** The documents whose event is today or in the next days, the nearest first. */
export function dueWithin(rows: Iterable<Pdf>, now: Date, days: number): Pdf[] {
  const first = dayOf(now);
  const last = dayOf(new Date(now.getTime() + days * DAY_MS));
  const due: Pdf[] = [];
  for (const pdf of rows) {
    if (pdf.eventDate && pdf.eventDate >= first && pdf.eventDate <= last) due.push(pdf);
  }
  return due.sort((a, b) => ((a.eventDate ?? '') < (b.eventDate ?? '') ? -1 : 1));
}

/** The first `count` rows; collections have the newest first. */
export function newest(rows: Iterable<Pdf>, count: number): Pdf[] {
  const found: Pdf[] = [];
  for (const pdf of rows) {
    if (found.length === count) break;
    found.push(pdf);
  }
  return found;
}

export interface Attention {
  /** Agents that should be connected and are not. */
  away: Agent[];
  /** Agents that have something to say. */
  troubled: Agent[];
  /** Places of agents, connected or not, much of which vanished at once. */
  emptied: { agent: Agent; place: EmptiedPlace }[];
  unreadable: number;
  failed: Transfer[];
}

const FAILED_WITHIN_MS = DAY_MS;

/** What somebody should look at. */
export function attentionTo(
  agents: Iterable<Agent>,
  pdfs: Iterable<Pdf>,
  transfers: Iterable<Transfer>,
  now: Date,
): Attention {
  const found: Attention = { away: [], troubled: [], emptied: [], unreadable: 0, failed: [] };
  for (const agent of agents) {
    if (agent.blocked) continue;
    for (const place of agent.emptied) {
      if (!place.confirmed) found.emptied.push({ agent, place });
    }
    if (agent.status === 'offline') found.away.push(agent);
    else if (agent.status === 'online' && hasTrouble(agent)) found.troubled.push(agent);
  }
  for (const pdf of pdfs) if (pdf.result !== 'ok') found.unreadable += 1;
  const since = new Date(now.getTime() - FAILED_WITHIN_MS).toISOString();
  for (const transfer of transfers) {
    if (transfer.state === 'failed' && (transfer.finishedAt ?? '') > since) {
      found.failed.push(transfer);
    }
  }
  return found;
}

function hasTrouble({ folderState, lastError }: Agent): boolean {
  return folderState === 'missing' || folderState === 'unreadable' || lastError !== null;
}

/** The calendar day of the person, not of Greenwich. */
export function dayOf(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
}
