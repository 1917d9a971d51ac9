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
  'problem.place_changed': 'Agora faltam outros arquivos ali. Veja de novo.',
  'problem.place_away': 'O disco com o arquivo não está conectado; o pedido espera por ele.',
  'problem.out_of_scope': 'Isto está fora das suas filiais.',
  'problem.role_required': 'Seu perfil não permite isto.',
  'problem.invalid_input': 'Isto não é aceito.',
  'problem.out_of_bounds': 'O servidor não permite isto.',
  'problem.weak_password': 'Esta senha é fácil demais de adivinhar.',
  'problem.wrong_password': 'A senha está incorreta.',
  'problem.email_taken': 'Este endereço de e-mail não pode ser usado.',
  'problem.branch_code_taken': 'Outra filial tem este código.',
  'problem.branch_in_use': 'A filial ainda tem agentes, documentos ou usuários próprios.',
  'problem.unknown_branch': 'Não há tal filial.',
  'problem.last_admin': 'A empresa ficaria sem administrador.',
  'problem.other': 'Não funcionou: {detail}',
};
