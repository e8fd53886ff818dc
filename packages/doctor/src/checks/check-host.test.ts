import { describe, expect, it } from 'vitest';
import { facts, linkSettings, network, settings, subnet } from '../../test/facts.ts';
import { checkBridgedFrames } from './check-bridged-frames.ts';
import { checkForwarding } from './check-forwarding.ts';
import { checkKernel } from './check-kernel.ts';
import { checkLibraries } from './check-libraries.ts';
import { checkPrivileges } from './check-privileges.ts';

const dual = network({ subnets: [subnet('10.1.0.0/24'), subnet('fd00::/64')] });

describe('checkForwarding', () => {
  const off = settings({ forwarding: { ipv4: false, ipv6: false } });

  it('asks for it in the families of networks, with what switches it on', () => {
    expect(checkForwarding(facts({ networks: [dual], settings: off }))).toMatchObject([
      { code: 'FORWARDING_OFF', severity: 'problem', commands: ['sysctl -w net.ipv4.ip_forward=1'] },
      { code: 'FORWARDING_OFF', commands: ['sysctl -w net.ipv6.conf.all.forwarding=1'] },
    ]);
    expect(checkForwarding(facts({ networks: [network()], settings: off }))).toHaveLength(1);
  });

  it('asks nothing where nothing has to be forwarded', () => {
    const unfinished = network({ state: 'deleting' });
    for (const networks of [[], [network({ internal: true })], [unfinished]]) {
      expect(checkForwarding(facts({ networks, settings: off }))).toEqual([]);
    }
  });

  it('names the link that does not', () => {
    const links = new Map([['web', { ...linkSettings, forwarding: { ipv4: false, ipv6: true } }]]);
    const [finding] = checkForwarding(facts({ networks: [network()], settings: settings({ links }) }));
    expect(finding?.commands).toEqual(['sysctl -w net/ipv4/conf/web/forwarding=1']);
  });
});

describe('checkKernel', () => {
  it('wants cookies of namespaces', () => {
    const kernel = { release: '4.18.0', hasNetnsCookie: false };
    expect(checkKernel(facts({ kernel }))).toMatchObject([
      { code: 'KERNEL_TOO_OLD', severity: 'problem', subject: 'Linux 4.18.0' },
    ]);
  });

  it('tells each feature that is missing', () => {
    const missingFeatures = ['bridges', 'veth pairs'];
    expect(checkKernel(facts({ missingFeatures })).map(({ subject }) => subject)).toEqual(missingFeatures);
  });

  it('takes no IPv6 for a problem only where a network has it', () => {
    const without = settings({ hasIpv6: false });
    expect(checkKernel(facts({ settings: without }))).toMatchObject([{ severity: 'warning' }]);
    expect(checkKernel(facts({ settings: without, networks: [dual] }))).toMatchObject([
      { code: 'KERNEL_FEATURE_MISSING', severity: 'problem', subject: 'IPv6' },
    ]);
  });

  it('tells where IPv6 is switched off, if a network has it', () => {
    const everywhere = settings({ ipv6Disabled: true });
    expect(checkKernel(facts({ settings: everywhere, networks: [network()] }))).toEqual([]);
    expect(checkKernel(facts({ settings: everywhere, networks: [dual] }))).toMatchObject([
      { code: 'IPV6_DISABLED', severity: 'warning' },
    ]);
    const links = new Map([['web', { ...linkSettings, ipv6Disabled: true }]]);
    expect(checkKernel(facts({ settings: settings({ links }), networks: [dual] }))).toMatchObject([
      { severity: 'problem', subject: 'bridge web' },
    ]);
  });
});

describe('checkLibraries', () => {
  it('takes the program for enough, and neither for a problem', () => {
    const severities = [true, false].map((nftProgram) =>
      checkLibraries(facts({ libraries: { libnftables: false, nftProgram } })).map(
        ({ severity }) => severity,
      ),
    );
    expect(severities).toEqual([['warning'], ['problem']]);
  });
});

describe('checkPrivileges', () => {
  it('is a problem for root alone: others run the commands as root', () => {
    const severities = [0, 1000].map((userId) => {
      const process = { userId, missingCapabilities: ['CAP_NET_RAW'], openFiles: 1024 };
      return checkPrivileges(facts({ process })).map(({ severity }) => severity);
    });
    expect(severities).toEqual([['problem'], ['warning']]);
  });
});

describe('checkBridgedFrames', () => {
  it('says how to switch off what is on', () => {
    const on = settings({ bridgedFramesFiltered: { ipv4: false, ipv6: true } });
    expect(checkBridgedFrames(facts({ settings: on }))).toMatchObject([
      { severity: 'warning', commands: ['sysctl -w net.bridge.bridge-nf-call-ip6tables=0'] },
    ]);
  });
});
