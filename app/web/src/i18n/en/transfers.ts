export const transfers = {
  'transfer.waiting': 'Waiting for the branch',
  'transfer.queued': 'Queued',
  'transfer.uploading': 'Uploading',
  'transfer.done': 'Done',
  'transfer.failed': 'Failed',
  'transfer.cancelled': 'Cancelled',
  'transfer.progress': 'Bringing up {name}',
  'transfer.cancel': 'Cancel bringing up {name}',
  'opening.title': 'Bringing up {name}…',
  'opening.waiting': '{name}: the branch is offline. It comes up when the branch is back.',
  'opening.ready': '{name} is here.',
  'opening.open': 'Open',
} as const;
