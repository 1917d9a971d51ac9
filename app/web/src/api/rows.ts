/** The shapes of the REST API, by the names the dashboard uses. They come from the server. */

import type { components } from './schema';

type Schemas = components['schemas'];
/** The same shape with some members known better than the document says. */
type Narrow<T, Better> = Omit<T, keyof Better> & Better;

export interface Row {
  id: string;
  version: number;
  updatedAt: string;
}

export type Availability = Schemas['Availability'];
export type DocumentType = Schemas['DocumentType'];
export type PdfStatus = Schemas['PdfStatus'];
export type Role = Schemas['Role'];
export type AgentStatus = Schemas['AgentStatus'];
export type TransferState = 'queued' | 'uploading' | 'done' | 'failed' | 'cancelled';

export type Pdf = Narrow<Schemas['PdfRow'], { result: Schemas['Result']; corrected: FieldName[] }>;
export type Agent = Narrow<Schemas['AgentRow'], { status: AgentStatus }>;
export type Transfer = Narrow<Schemas['TransferRow'], { state: TransferState }>;
export type Branch = Schemas['BranchRow'];

/** The collections the dashboard follows. */
export type CollectionName = 'pdfs' | 'agents' | 'transfers' | 'branches';

export type Me = Schemas['Me'];
export type Tokens = Schemas['Tokens'];

export const FIELD_NAMES = ['type', 'number', 'customer', 'eventDate', 'total'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];
export type FieldDetail = Schemas['FieldDetail'];
export type FieldDetails = Schemas['FieldDetails'];
export type PdfLocation = Schemas['Location'];
export type PdfDetail = Narrow<
  Schemas['PdfDetail'],
  { result: Schemas['Result']; transfers: Transfer[]; corrected: FieldName[] }
>;
export type RequestAnswer = Narrow<Schemas['RequestAnswer'], { transfer: Transfer | null }>;
export type BulkAnswer = Schemas['RequestOutcomes'];
export type AgentDetail = Schemas['AgentDetail'];
export type EmptiedPlace = Schemas['EmptiedRow'];
export type AgentSecrets = Narrow<Schemas['CredentialsAnswer'], { agent: Agent }>;

export const ROLES = ['viewer', 'operator', 'manager', 'admin'] as const satisfies readonly Role[];
export type User = Schemas['UserRow'];
export type Session = Schemas['SessionRow'];
export type AuditEntry = Schemas['AuditRow'];
export type CompanySettings = Schemas['SettingsAnswer'];
export type Day = Schemas['Day'];
