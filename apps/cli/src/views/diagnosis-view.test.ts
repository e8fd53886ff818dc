import { stripVTControlCharacters } from 'node:util';
import type { HostFinding } from '@tsnet/doctor';
import { describe, expect, it } from 'vitest';
import { diagnosisDocument, diagnosisText } from './diagnosis-view.ts';

const finding: HostFinding = {
  code: 'PORT_TAKEN',
  severity: 'problem',
  subject: 'port 8080/tcp',
  what: 'a\u001b[2J (process 7) listens on it.',
  why: 'The process gets none.',
  remedy: 'End it.',
  commands: ['kill 7'],
};
const warning: HostFinding = { ...finding, severity: 'warning', commands: [] };
const unread = [{ what: 'the firewall', reason: 'it takes root' }];

describe('diagnosisText', () => {
  it('tells each finding with what to do, what was not looked at, and a summary', () => {
    const text = stripVTControlCharacters(diagnosisText({ findings: [finding, warning, warning], unread }));
    expect(text.split('\n')).toEqual([
      'problem PORT_TAKEN port 8080/tcp',
      '  a\\x1b[2J (process 7) listens on it.',
      '  The process gets none.',
      '  To do: End it.',
      '    $ kill 7',
      '',
      ...Array.from({ length: 2 }, () => [
        'warning PORT_TAKEN port 8080/tcp',
        '  a\\x1b[2J (process 7) listens on it.',
        '  The process gets none.',
        '  To do: End it.',
        '',
      ]).flat(),
      'not looked at',
      '  the firewall: it takes root',
      '',
      '1 problem, 2 warnings',
    ]);
  });

  it('says when there is nothing', () => {
    expect(diagnosisText({ findings: [], unread: [] })).toBe('nothing wrong found');
  });
});

describe('diagnosisDocument', () => {
  it('is healthy with warnings, and not with a problem', () => {
    const healthy = [[], [warning], [warning, finding]].map(
      (findings) => diagnosisDocument({ findings, unread: [] }).healthy,
    );
    expect(healthy).toEqual([true, true, false]);
  });
});
