import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { facts, network, settings } from '../test/facts.ts';
import { diagnose } from './diagnose.ts';
import { unread } from './facts/reading.ts';
import { findingCodes } from './finding.ts';

describe('diagnose', () => {
  it('finds nothing wrong with a healthy host, with networks and without', () => {
    expect(diagnose(facts())).toEqual({ findings: [], unread: [] });
    expect(diagnose(facts({ networks: [network()] }))).toEqual({ findings: [], unread: [] });
  });

  it('tells problems before warnings', () => {
    const { findings } = diagnose(
      facts({
        networks: [network()],
        process: { userId: 1000, missingCapabilities: ['CAP_NET_ADMIN'], openFiles: 1024 },
        settings: settings({ forwarding: { ipv4: false, ipv6: false } }),
      }),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(['problem', 'warning']);
  });

  it('passes over what could not be read, whatever it is, and says so', () => {
    const all = facts();
    const none = Object.fromEntries(Object.keys(all).map((name) => [name, unread(name, 'it takes root')]));
    const diagnosis = diagnose(none as unknown as typeof all);
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.unread.map(({ what }) => what)).toEqual(Object.keys(all));
  });

  it('has its codes listed in the README, all of them', () => {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map(([, code]) => code);
    expect(listed.toSorted()).toEqual([...findingCodes].toSorted());
  });
});
