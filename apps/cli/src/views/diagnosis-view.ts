import { styleText } from 'node:util';
import type { Diagnosis, HostFinding } from '@tsnet/doctor';
import { printable } from '../output/printable.ts';

/** What the checks say in JSON. */
export function diagnosisDocument({ findings, unread }: Diagnosis) {
  const isHealthy = findings.every(({ severity }) => severity !== 'problem');
  return { healthy: isHealthy, findings, unread };
}

/** What the checks say for people. */
export function diagnosisText({ findings, unread }: Diagnosis): string {
  const count = (wanted: HostFinding['severity']) =>
    counted(findings.filter(({ severity }) => severity === wanted).length, wanted);
  const summary = findings.length === 0 ? 'nothing wrong found' : `${count('problem')}, ${count('warning')}`;
  return [
    ...findings.map((finding) => `${findingText(finding)}\n`),
    ...(unread.length === 0 ? [] : [`${unreadText(unread)}\n`]),
    summary,
  ].join('\n');
}

function findingText({ severity, code, subject, what, why, remedy, commands }: HostFinding): string {
  const title = styleText(severity === 'problem' ? 'red' : 'yellow', severity);
  return [
    `${title} ${styleText('bold', code)} ${printable(subject)}`,
    ...[what, why, `To do: ${remedy}`].map((line) => `  ${printable(line)}`),
    ...commands.map((command) => `    $ ${printable(command)}`),
  ].join('\n');
}

function unreadText(unread: Diagnosis['unread']): string {
  const lines = unread.map(({ what, reason }) => `  ${printable(what)}: ${printable(reason)}`);
  return [styleText('bold', 'not looked at'), ...lines].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
