export const overview = {
  'overview.attention': 'Needs attention',
  'overview.allWell': 'Nothing needs attention.',
  'overview.away': { one: '{count} agent is offline', other: '{count} agents are offline' },
  'overview.troubled': {
    one: '{count} agent reports a problem',
    other: '{count} agents report a problem',
  },
  'overview.failed': {
    one: '{count} transfer failed in the last day',
    other: '{count} transfers failed in the last day',
  },
  'overview.unreadable': {
    one: '{count} file could not be read',
    other: '{count} files could not be read',
  },
  'overview.due': 'Coming up',
  'overview.noneDue': 'No event in the next {days} days.',
  'overview.more': { one: 'and {count} more', other: 'and {count} more' },
  'overview.fresh': 'New',
  'overview.activity': 'The last {days} days',
  'overview.indexed': 'New documents',
  'overview.requested': 'Asked for',
  'overview.downloaded': 'Arrived',
} as const;
