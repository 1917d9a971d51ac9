import { admin } from './en/admin';
import { agents } from './en/agents';
import { document } from './en/document';
import { documents } from './en/documents';
import { login } from './en/login';
import { overview } from './en/overview';
import { profile } from './en/profile';
import { quarantine } from './en/quarantine';
import { shell } from './en/shell';
import { transfers } from './en/transfers';

/** The English texts. Their keys are the keys of every language. */
export const en = {
  ...agents,
  ...admin,
  ...profile,
  ...document,
  ...documents,
  ...login,
  ...overview,
  ...quarantine,
  ...shell,
  ...transfers,

  'problem.bad_credentials': 'E-mail or password is wrong.',
  'problem.bad_code': 'That code is wrong, or was used before.',
  'problem.rate_limited': 'Too many attempts. Try again in {seconds} s.',
  'problem.unreachable': 'The server does not answer. Check your connection.',
  'problem.unavailable': 'The server is busy for a moment. Try again.',
  'problem.forbidden': 'You may not do this.',
  'problem.gone_from_branch': 'The file is in no branch any more.',
  'problem.too_large': 'The file is too large to be brought up.',
  'problem.not_readable': 'The file cannot be read at the branch.',
  'problem.not_cached': 'The file is not here any more. Bring it up again.',
  'problem.file_changed': 'The file has changed meanwhile. Try again.',
  'problem.file_gone': 'The file is gone from the branch.',
  'problem.not_found': 'It does not exist any more.',
  'problem.transfer_closed': 'It is not on its way any more.',
  'problem.agent_offline': 'The agent is not connected.',
  'problem.place_changed': 'Other files are missing there by now. Look at it again.',
  'problem.place_away': 'The disk with the file is not connected; the request waits for it.',
  'problem.out_of_scope': 'This is outside of your branches.',
  'problem.role_required': 'Your role does not allow this.',
  'problem.invalid_input': 'This is not accepted.',
  'problem.out_of_bounds': 'The server does not allow this.',
  'problem.weak_password': 'This password is too easy to guess.',
  'problem.wrong_password': 'The password is wrong.',
  'problem.email_taken': 'This e-mail address cannot be used.',
  'problem.branch_code_taken': 'Another branch has this code.',
  'problem.branch_in_use': 'The branch still has agents, documents or users of its own.',
  'problem.unknown_branch': 'There is no such branch.',
  'problem.last_admin': 'The company would be left without an administrator.',
  'problem.other': 'That did not work: {detail}',
} as const;
