import type { Messages } from './index';
import { admin } from './pt-BR/admin';
import { agents } from './pt-BR/agents';
import { document } from './pt-BR/document';
import { documents } from './pt-BR/documents';
import { login } from './pt-BR/login';
import { overview } from './pt-BR/overview';
import { profile } from './pt-BR/profile';
import { quarantine } from './pt-BR/quarantine';
import { shell } from './pt-BR/shell';
import { transfers } from './pt-BR/transfers';

/** Os textos em português do Brasil. */
export const ptBR: Messages = {
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

  'problem.bad_credentials': 'E-mail ou senha incorretos.',
  'problem.bad_code': 'Esse código está errado ou já foi usado.',
  'problem.rate_limited': 'Muitas tentativas. Tente de novo em {seconds} s.',
  'problem.unreachable': 'O servidor não responde. Verifique sua conexão.',
  'problem.unavailable': 'O servidor está ocupado por um momento. Tente de novo.',
  'problem.forbidden': 'Você não tem permissão para isto.',
  'problem.gone_from_branch': 'O arquivo não está mais em nenhuma filial.',
  'problem.too_large': 'O arquivo é grande demais para ser trazido.',
  'problem.not_readable': 'O arquivo não pode ser lido na filial.',
  'problem.not_cached': 'O arquivo não está mais aqui. Traga-o de novo.',
  'problem.file_changed': 'O arquivo mudou nesse meio-tempo. Tente de novo.',
  'problem.file_gone': 'O arquivo não está mais na filial.',
  'problem.not_found': 'Isto não existe mais.',
  'problem.transfer_closed': 'Já não está a caminho.',
  'problem.agent_offline': 'O agente não está conectado.',
  'problem.out_of_scope': 'Esta filial não é sua.',
  'problem.role_required': 'Seu perfil não permite isto.',
  'problem.other': 'Não funcionou: {detail}',
};
