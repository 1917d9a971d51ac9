/** The parts of the administration, in their order; each has an address of its own. */
export const ADMIN_SECTIONS = ['branches', 'users', 'sessions', 'audit', 'settings'] as const;
export type AdminSection = (typeof ADMIN_SECTIONS)[number];
