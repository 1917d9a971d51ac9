import { en } from './en';
import { type Key, t } from './index';

type ActionKey = Extract<Key, `audit.did.${string}`>;
type NounKey = Extract<Key, `audit.noun.${string}`>;

/** What somebody did. A newer server may know actions that this build does not. */
export function actionText(action: string): string {
  const key = `audit.did.${action.replace('.', '_')}`;
  return key in en ? t(key as ActionKey) : action;
}

/** One detail of an entry, whatever the server wrote down. */
export function detailText(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no');
  if (Array.isArray(value)) return value.map(detailText).join(', ') || '—';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${detailText(one)}`)
    .join(' · ');
}

/** The actions there are, grouped by what they are done to: the noun, its name, its actions. */
export function actionNames(): [noun: string, name: string, actions: string[]][] {
  return NOUNS.map(([noun, verbs]) => [
    noun,
    t(`audit.noun.${noun}` as NounKey),
    verbs.map((verb) => `${noun}.${verb}`),
  ]);
}

const NOUNS: readonly (readonly [string, readonly string[]])[] = [
  ['auth', ['login', 'login_failed', 'logout', 'token_reused']],
  ['pdf', ['request', 'download', 'correct', 'pin', 'unpin', 'reread']],
  ['documents', ['zip']],
  ['transfer', ['cancel', 'retry']],
  [
    'agent',
    [
      'create',
      'enrol',
      'update',
      'rotate_token',
      'block',
      'unblock',
      'refuse',
      'disconnect',
      'resync',
      'really_gone',
      'delete',
    ],
  ],
  ['branch', ['create', 'update', 'delete']],
  ['user', ['create', 'update', 'password_change', 'second_factor_remove']],
  ['second_factor', ['enrol', 'enable', 'renew_codes', 'disable']],
  ['session', ['revoke']],
  ['settings', ['update']],
];
