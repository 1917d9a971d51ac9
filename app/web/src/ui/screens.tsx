import {
  IconAlertTriangle,
  IconArrowsTransferUp,
  IconFileText,
  IconLayoutDashboard,
  IconServer2,
  IconSettings,
  IconUserCircle,
} from '@tabler/icons-preact';
import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import type { Role } from '../api/rows';
import { ADMIN_SECTIONS, type AdminSection } from './admin-sections';

/** A screen's code, loaded when it is opened. */
function screen<Props = object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  return lazy(() =>
    load().catch((error: unknown) => ({
      // It fails where it is shown, so that what surrounds it can explain it.
      default: (_: Props): never => {
        throw error;
      },
    })),
  );
}

export const Login = screen(() => import('../views/login/login'));
export const SecondFactorFirst = screen(() => import('../views/login/second-factor-first'));

/** Every screen by its path. */
export const ROUTES = {
  '/': screen(() => import('../views/overview/overview')),
  '/documents': screen(() => import('../views/documents/documents')),
  '/documents/:id': screen(() => import('../views/document/document')),
  '/transfers': screen(() => import('../views/transfers/transfers')),
  '/quarantine': screen(() => import('../views/quarantine/quarantine')),
  '/agents/:id?': screen(() => import('../views/agents/agents')),
  '/admin/:section?': screen(() => import('../views/admin/admin')),
  '/profile': screen(() => import('../views/profile/profile')),
} as const;

export interface Place {
  path: string;
  label:
    | 'app.overview'
    | 'app.documents'
    | 'transfers.title'
    | 'quarantine.title'
    | 'app.agents'
    | 'admin.title'
    | 'app.profile';
  icon: typeof IconServer2;
  /** Who may go there; everybody where it is not said. */
  role?: Role;
  /** On a phone it is behind "More". */
  rare?: true;
  /** What the command palette also leads to. */
  parts?: readonly { path: string; label: `admin.${AdminSection}` }[];
}

/** Where the navigation and the command palette lead, in their order. */
export const PLACES: readonly Place[] = [
  { path: '/', label: 'app.overview', icon: IconLayoutDashboard },
  { path: '/documents', label: 'app.documents', icon: IconFileText },
  { path: '/transfers', label: 'transfers.title', icon: IconArrowsTransferUp },
  { path: '/quarantine', label: 'quarantine.title', icon: IconAlertTriangle, rare: true },
  { path: '/agents', label: 'app.agents', icon: IconServer2 },
  {
    path: '/admin',
    label: 'admin.title',
    icon: IconSettings,
    role: 'admin',
    rare: true,
    parts: ADMIN_SECTIONS.map((name) => ({
      path: `/admin/${name}`,
      label: `admin.${name}` as const,
    })),
  },
  { path: '/profile', label: 'app.profile', icon: IconUserCircle, rare: true },
];

export function isAt(place: Place, path: string): boolean {
  return place.path === '/' ? path === '/' : path.startsWith(place.path);
}
