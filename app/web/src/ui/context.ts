import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from '../api/client';
import type { SessionStore } from '../stores/session';
import type { Toasts } from '../stores/toasts';
import type { Workspace } from '../workspace';

export interface App {
  api: ApiClient;
  session: SessionStore;
  toasts: Toasts;
}

export const AppContext = createContext<App | null>(null);
export const WorkspaceContext = createContext<Workspace | null>(null);

export function useApp(): App {
  return present(useContext(AppContext));
}

/** What the signed-in user works with; only below the shell. */
export function useWorkspace(): Workspace {
  return present(useContext(WorkspaceContext));
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('used outside of its provider');
  return value;
}
