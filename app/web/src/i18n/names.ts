import type { Availability } from '../api/rows';
import { type Key, t } from './index';

const TYPES: Record<string, Extract<Key, `type.${string}`>> = {
  quote: 'type.quote',
  service_order: 'type.service_order',
  assembly: 'type.assembly',
};

/** The name of a document type; newer rules may know types that this build does not. */
export function typeName(type: string | null): string {
  if (type === null) return '';
  const key = TYPES[type];
  return key ? t(key) : t('type.unknown');
}

export function availabilityName(availability: Availability): string {
  return t(`availability.${availability}`);
}
