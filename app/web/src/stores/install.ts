/** How an agent comes onto a branch's PC; docs/agent.md describes the same steps. */

export const SYSTEMS = ['linux', 'windows'] as const;
export type System = (typeof SYSTEMS)[number];

export const USUAL_FOLDER: Record<System, string> = { linux: '/srv/pdf', windows: 'C:\\PDF' };

interface Enrolment {
  server: string;
  code: string;
  folder: string;
}

/** The commands, a line each, for a shell of root (Linux) or an administrator (PowerShell). */
export function installCommands(system: System, enrolment: Enrolment): string {
  const { server, code, folder } = enrolment;
  if (system === 'windows') {
    return [
      'py -m venv C:\\Siberius',
      'C:\\Siberius\\Scripts\\pip install siberius',
      `C:\\Siberius\\Scripts\\siberius-agent enroll --server ${server} --code ${code} --folder ${inPowerShell(folder)} --config C:\\Siberius\\agent.toml`,
      'C:\\Siberius\\Scripts\\siberius-agent run --config C:\\Siberius\\agent.toml',
    ].join('\n');
  }
  return [
    'python3 -m venv /opt/siberius && mkdir -p /etc/siberius',
    '/opt/siberius/bin/pip install siberius',
    `/opt/siberius/bin/siberius-agent enroll --server ${server} --code ${code} --folder ${inShell(folder)} --config /etc/siberius/agent.toml`,
    '/opt/siberius/bin/siberius-agent run --config /etc/siberius/agent.toml',
  ].join('\n');
}

function inShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function inPowerShell(text: string): string {
  return /^[\w.:\\/-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
