import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { installCommands, SYSTEMS } from './install';

const enrolment = { server: 'https://hub.example.com', code: 'AB12-CD34', folder: '/srv/pdf' };

/** The words a POSIX shell makes of a command. */
function words(command: string): string[] {
  const script = `set -- ${command}; printf '%s\\n' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

describe('the commands for a branch', () => {
  it.each(SYSTEMS)('install, enrol and run on %s', (system) => {
    const lines = installCommands(system, enrolment).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain('enroll --server https://hub.example.com --code AB12-CD34');
    const config = / --config (\S+)$/;
    expect(config.exec(lines[3] ?? '')?.[1]).toBe(config.exec(lines[2] ?? '')?.[1]);
  });

  it.each(["/srv/Maria's PDFs", '/srv/$(reboot)', '/srv/ç ã'])(
    'take the folder %s as it is',
    (folder) => {
      const enrol = installCommands('linux', { ...enrolment, folder }).split('\n')[2] ?? '';
      const parts = words(enrol);
      expect(parts[parts.indexOf('--folder') + 1]).toBe(folder);
    },
  );

  it('double the quotes of a Windows folder', () => {
    const made = installCommands('windows', { ...enrolment, folder: "C:\\Maria's PDFs" });
    expect(made).toContain("--folder 'C:\\Maria''s PDFs' --config");
  });
});
