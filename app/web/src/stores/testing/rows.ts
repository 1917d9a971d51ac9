import type { Agent, AgentStatus, Pdf, Transfer } from '../../api/rows';

export function pdfRow(id: string, part: Partial<Pdf> = {}): Pdf {
  return {
    id,
    version: 1,
    updatedAt: '2026-01-01T00:00:00Z',
    createdAt: '2026-01-01T00:00:00Z',
    branchIds: ['b1'],
    agentIds: ['on'],
    fileHash: null,
    size: 1000,
    fileName: `${id}.pdf`,
    title: null,
    pages: 1,
    status: 'available_local',
    result: 'ok',
    reasonCode: null,
    reason: null,
    type: null,
    number: null,
    customer: null,
    eventDate: null,
    total: null,
    expiresAt: null,
    cachedAt: null,
    pinned: false,
    corrected: [],
    ...part,
  };
}

export function agentRow(id: string, status: AgentStatus): Agent {
  return {
    id,
    version: 1,
    updatedAt: '2026-01-01T00:00:00Z',
    createdAt: '2026-01-01T00:00:00Z',
    branchId: 'b1',
    name: id,
    status,
    blocked: false,
    agentVersion: null,
    platform: null,
    hostname: null,
    localAddress: null,
    watchMode: null,
    folder: null,
    folderState: null,
    emptied: [],
    clockSkewS: null,
    files: 0,
    lastError: null,
    lastSeenAt: null,
  };
}

export function transferRow(id: string, pdfId: string, part: Partial<Transfer> = {}): Transfer {
  return {
    id,
    version: 1,
    updatedAt: '2026-01-01T00:00:00Z',
    branchId: 'b1',
    pdfId,
    agentId: 'on',
    path: 'a.pdf',
    state: 'queued',
    priority: 0,
    attempts: 0,
    sentBytes: 0,
    totalBytes: 1000,
    errorCode: null,
    error: null,
    requestedBy: 'u',
    requestedAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    finishedAt: null,
    ...part,
  };
}
