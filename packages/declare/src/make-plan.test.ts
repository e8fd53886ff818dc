import { describe, expect, it } from 'vitest';
import { applyToModel, emptyModel, type Model } from '../test/model.ts';
import { formatDifference } from './difference.ts';
import { formatExposure } from './exposure.ts';
import { planApply, planDestroy } from './make-plan.ts';
import { parseDeclaration } from './parse-declaration.ts';
import { type Plan, subjectOf } from './plan.ts';

const read = (text: string, project = 'shop') => parseDeclaration(text, { file: `${project}.yaml` });

/** What there is after a declaration was applied. */
function applied(text: string, before: Model = emptyModel, project?: string): Model {
  const plan = planApply(read(text, project), before);
  expect(plan.conflicts).toEqual([]);
  return applyToModel(before, plan);
}

function texts({ changes, conflicts }: Plan): string[] {
  return [
    ...changes.map((change) => {
      const { verb } = change;
      const differences =
        verb === 'replace' ? `: ${change.differences.map(formatDifference).join(', ')}` : '';
      return `${verb} ${subjectOf(change)}${differences}`;
    }),
    ...conflicts.map(({ subject, reason }) => `! ${subject}: ${reason}`),
  ];
}

const shop = `
networks:
  web: { subnets: [10.1.0.0/24] }
  db: { subnets: [10.2.0.0/24] }
sandboxes:
  app: { endpoints: { web: { ports: [8080:80, 9000] }, db: } }
  store: { endpoints: { db: } }
`;
const plan = (text: string, model: Model) => texts(planApply(read(text), model));

describe('planApply', () => {
  it('makes everything at first, and nothing the second time', () => {
    expect(plan(shop, emptyModel)).toEqual([
      'create network web',
      'create network db',
      'create sandbox app',
      'create sandbox store',
      'create endpoint web/app',
      'create endpoint db/app',
      'create endpoint db/store',
    ]);
    expect(plan(shop, applied(shop))).toEqual([]);
  });

  it('replaces a network that differs with its endpoints, and touches nothing of another', () => {
    expect(plan(shop.replace('10.2.0.0/24]', '10.3.0.0/24], mtu: 1400'), applied(shop))).toEqual([
      'replace network db: subnets is 10.2.0.0/24 instead of 10.3.0.0/24, mtu is automatic instead of 1400',
      'replace endpoint db/app: network is going instead of the new one',
      'replace endpoint db/store: network is going instead of the new one',
    ]);
  });

  it('opens and closes ports of a live endpoint, and replaces it for anything else', () => {
    const model = applied(shop);
    const ports = planApply(read(shop.replace('8080:80, 9000', '8081:80, 9000')), model);
    expect(texts(ports)).toEqual(['update endpoint web/app']);
    expect(ports.exposures.map(formatExposure)).toEqual([
      'tcp 8081 on every address of this host, also from other machines, leads to web/app:80',
    ]);
    expect(plan(shop.replace('{ ports', '{ mac: "02:00:00:00:00:01", ports'), model)).toEqual([
      expect.stringMatching(/^replace endpoint web\/app: mac is .* instead of 02:00:00:00:00:01$/),
    ]);
  });

  it('removes what the file no longer names', () => {
    expect(plan('networks: { web: { subnets: [10.1.0.0/24] } }', applied(shop))).toEqual([
      'remove network db',
      'remove sandbox app',
      'remove sandbox store',
      'remove endpoint web/app',
      'remove endpoint db/app',
      'remove endpoint db/store',
    ]);
  });

  it('says how what others made differs, and would not touch it', () => {
    const model = applied(
      'networks: { web: { subnets: [10.9.0.0/24], internal: true } }',
      emptyModel,
      'other',
    );
    expect(plan(shop, model)).toContain(
      '! network web: it is of project other; subnets is 10.9.0.0/24 instead of 10.1.0.0/24; internal is true instead of false',
    );
    const sandboxes = new Map([['app', { key: 'boot.7', project: undefined }]]);
    expect(plan(shop, { ...emptyModel, sandboxes })).toContain(
      '! sandbox app: it is there, and not of project shop',
    );
  });

  it('misses a prefix that something has which stays, and takes one of what goes', () => {
    const model = applied('networks: { auto: , old: { subnets: [10.5.0.0/24] } }');
    expect(plan('networks: { auto: , web: { subnets: [10.32.0.0/16, 10.5.0.0/24] } }', model)).toEqual([
      'create network web',
      'remove network old',
      '! network web: 10.32.0.0/16 overlaps 10.32.0.0/24 of network auto, which stays',
    ]);
  });

  it('keeps networks and sandboxes that others have connected', () => {
    const model = applied(shop);
    const [guest] = model.endpoints;
    if (guest === undefined) throw new Error('there is an endpoint');
    const others = { ...guest, id: 'guest', name: 'guest', labels: {} };
    const visited = {
      ...model,
      endpoints: [...model.endpoints, { ...others, sandbox: { ref: 'x', key: 'x' } }],
    };
    expect(plan('', visited)).toContain(
      '! network web: it would go, and has endpoints that are not of project shop: web/guest (guest)',
    );
    const networkId = 'elsewhere';
    const lent = { ...model, endpoints: [...model.endpoints, { ...others, networkId, networkName: 'lan' }] };
    expect(plan('', lent)).toContain(
      '! sandbox app: it would go, and has endpoints that are not of project shop: lan/guest (guest)',
    );
  });

  it('makes sandboxes again that are gone, and connects them', () => {
    const model = applied(shop);
    const sandboxes = new Map(model.sandboxes).set('store', { key: undefined, project: 'shop' });
    expect(plan(shop, { ...model, sandboxes })).toEqual([
      'create sandbox store',
      'replace endpoint db/store: namespace is gone instead of a new one',
    ]);
  });

  it('misses what is external and not there', () => {
    const text = 'networks: { lan: { external: true } }\nsandboxes: { pid:7: { external: true } }';
    expect(plan(text, emptyModel)).toEqual([
      '! network lan: it is external, and not there',
      '! sandbox pid:7: it is external, and not there',
    ]);
  });
});

describe('planDestroy', () => {
  it('takes down what the file names and its project made, and no more', () => {
    const model = applied(shop);
    const file = read('networks: { web: , gone: }\nsandboxes: { app: { endpoints: { web: } }, elsewhere: }');
    expect(texts(planDestroy(file, model))).toEqual([
      'remove network web',
      'remove sandbox app',
      'remove endpoint web/app',
      'remove endpoint db/app',
    ]);
    expect(texts(planDestroy(read(shop, 'other'), model))).toEqual([]);
    expect(texts(planDestroy(read(shop), emptyModel))).toEqual([]);
  });
});

describe('an exposure', () => {
  it.each([
    ['8080:80', 'tcp 8080 on every address of this host, also from other machines, leads to web/app:80'],
    [
      '0.0.0.0:1-2:3-4/udp',
      'udp 1-2 on every IPv4 address of this host, also from other machines, leads to web/app:3-4',
    ],
    ['127.0.0.1:8082:80', 'tcp 8082 on 127.0.0.1, from this host only, leads to web/app:80'],
    ['192.0.2.1::80', 'tcp (a free port) on 192.0.2.1, also from other machines, leads to web/app:80'],
  ])('of %s says from where it is reached', (port, text) => {
    const { exposures } = planApply(
      read(`networks: {web: }\nsandboxes: {app: {endpoints: {web: {ports: ["${port}"]}}}}`),
      emptyModel,
    );
    expect(exposures.map(formatExposure)).toEqual([text]);
  });

  it('of a network that respects the firewall of the host says that this one decides', () => {
    const { exposures } = planApply(
      read(
        'networks: {web: {respectHostFirewall: true}}\nsandboxes: {app: {endpoints: {web: {ports: [80:80]}}}}',
      ),
      emptyModel,
    );
    expect(exposures).toMatchObject([{ reach: 'everywhere', hostFirewallDecides: true }]);
    const text = 'every address of this host, also from other machines that its firewall lets in';
    expect(exposures.map(formatExposure)).toEqual([`tcp 80 on ${text}, leads to web/app:80`]);
  });
});
