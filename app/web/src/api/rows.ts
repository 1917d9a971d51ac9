/** The rows of the collections and the other shapes of the REST API. */

export interface Row {
  id: string;
  version: number;
  updatedAt: string;
}

export type PdfStatus = 'available_local' | 'uploading' | 'cached' | 'expired';
export type PdfResult = 'ok' | 'no_text' | 'encrypted' | 'damaged' | 'timeout';
export type DocumentType = 'quote' | 'service_order' | 'assembly';
export type Availability = 'cached' | 'branch_online' | 'branch_offline' | 'gone';
export type AgentStatus = 'never_seen' | 'online' | 'reconnecting' | 'offline';
export type TransferState = 'queued' | 'uploading' | 'done' | 'failed' | 'cancelled';
export type Role = 'viewer' | 'operator' | 'manager' | 'admin';

export interface Pdf extends Row {
  branchIds: string[];
  agentIds: string[];
  fileHash: string | null;
  size: number;
  fileName: string;
  title: string | null;
  pages: number | null;
  status: PdfStatus;
  result: PdfResult;
  reasonCode: string | null;
  reason: string | null;
  type: string | null;
  number: string | null;
  customer: string | null;
  eventDate: string | null;
  total: string | null;
  expiresAt: string | null;
  cachedAt: string | null;
  createdAt: string;
}

export interface Agent extends Row {
  branchId: string;
  name: string;
  status: AgentStatus;
  blocked: boolean;
  agentVersion: string | null;
  platform: string | null;
  hostname: string | null;
  localAddress: string | null;
  watchMode: string | null;
  folder: string | null;
  folderState: string | null;
  clockSkewS: number | null;
  files: number;
  lastError: string | null;
  lastSeenAt: string | null;
  createdAt: string;
}

export interface Transfer extends Row {
  branchId: string;
  pdfId: string;
  agentId: string;
  path: string;
  state: TransferState;
  priority: number;
  attempts: number;
  sentBytes: number;
  totalBytes: number;
  errorCode: string | null;
  error: string | null;
  requestedBy: string | null;
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Branch extends Row {
  name: string;
  code: string;
  city: string | null;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  role: Role;
  branchIds: string[] | null;
  tenant: { id: string; name: string };
}

export interface TokenAnswer {
  accessToken: string;
  expiresIn: number;
  user: Me;
}

export interface EvidenceField {
  value: string;
  confidence: number;
  page: number;
  source: string;
}

export const FIELD_NAMES = ['type', 'number', 'customer', 'eventDate', 'total'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

export interface PdfLocation {
  agentId: string;
  agentName: string;
  branchId: string;
  path: string;
  size: number;
  modifiedAt: string;
  seenAt: string;
}

export interface PdfDetail extends Pdf {
  availability: Availability;
  fields: Record<FieldName, EvidenceField | null>;
  locations: PdfLocation[];
  transfers: Transfer[];
}

export interface RequestAnswer {
  id: string;
  status: PdfStatus;
  transfer: Transfer | null;
}

export interface AgentSecrets {
  agent: Agent;
  token: string;
  enrolmentCode: string;
  enrolmentExpiresAt: string;
}

export interface CollectionRows {
  pdfs: Pdf;
  agents: Agent;
  transfers: Transfer;
  branches: Branch;
}

export type CollectionName = keyof CollectionRows;
