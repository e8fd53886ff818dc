import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { applyToModel, emptyModel } from '../test/model.ts';
import { planApply, planDestroy } from './make-plan.ts';
import { parseDeclaration } from './parse-declaration.ts';

/** What may be said of network number `index`: its prefixes meet those of no other. */
const network = (index: number) =>
  fc.record(
    {
      subnets: fc.constantFrom(
        [`10.${index}.0.0/24`],
        [{ prefix: `10.${index}.0.0/24`, gateway: `10.${index}.0.254`, exclude: [`10.${index}.0.20`] }],
        [`10.${index}.1.0/24`, `fd0${index}::/64`],
      ),
      isolated: fc.boolean(),
      masquerade: fc.boolean(),
      respectHostFirewall: fc.boolean(),
      firewall: fc.constantFrom('auto', 'nftables', 'iptables'),
      mtu: fc.constantFrom(1400, 1500),
      ifName: fc.constant(`br${index}`),
      labels: fc.dictionary(fc.constantFrom('tier', 'team'), fc.constantFrom('a', 'b')),
    },
    { requiredKeys: [] },
  );

/** What may be said of an endpoint of sandbox number `index`: its ports are those of no other. */
const endpoint = (index: number, place: number) =>
  fc.record(
    {
      mac: fc.constant(`02:00:00:00:0${index}:0${place}`),
      ifName: fc.constant(`lan${place}`),
      name: fc.constant(`front${index}`),
      ports: fc.subarray([
        `${8000 + index * 10 + place}:80`,
        `127.0.0.1:${9000 + index * 10 + place}:81/udp`,
        80,
        '0:443',
      ]),
      labels: fc.dictionary(fc.constantFrom('team'), fc.constantFrom('a', 'b')),
    },
    { requiredKeys: [] },
  );

const names = ['web', 'db', 'lan'] as const;

const declaration = fc
  .tuple(
    fc.record({ web: network(1), db: network(2), lan: network(3) }, { requiredKeys: [] }),
    fc.array(fc.tuple(...names.map((_, place) => fc.option(endpoint(place, place)))), { maxLength: 3 }),
  )
  .map(([networks, rows]) => {
    const sandboxes = rows.map((row, index) => {
      const endpoints = names.flatMap((name, place) => {
        const said = row[place];
        if (said === null || said === undefined || networks[name] === undefined) return [];
        // Everything that only one can have is told apart by the sandbox.
        const { ports = [], ...rest } = said;
        const own = JSON.parse(JSON.stringify(rest).replace(/front\d/, `front${index}`));
        if (own.mac !== undefined) own.mac = `02:00:00:00:0${index}:0${place}`;
        const apart = ports.map((port) => String(port).replace(/(\d)\d(?=:8)/, `${index}$1`));
        return [[name, { ...own, ports: [...new Set(apart)] }]];
      });
      return [`box${index}`, { endpoints: Object.fromEntries(endpoints) }];
    });
    return stringify({ project: 'p', networks, sandboxes: Object.fromEntries(sandboxes) });
  });

const read = (text: string) => parseDeclaration(text, { file: 'p.yaml' });

describe('a plan', () => {
  it('leaves nothing to do once it is applied, whatever was there before', () => {
    fc.assert(
      fc.property(fc.array(declaration, { minLength: 1, maxLength: 4 }), (texts) => {
        let model = emptyModel;
        for (const text of texts) {
          const plan = planApply(read(text), model);
          expect(plan.conflicts).toEqual([]);
          model = applyToModel(model, plan);
          expect(planApply(read(text), model).changes).toEqual([]);
        }
        const last = read(texts.at(-1) ?? '');
        model = applyToModel(model, planDestroy(last, model));
        expect(model.networks).toEqual([]);
        expect(model.endpoints).toEqual([]);
        expect(planDestroy(last, model).changes).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('does nothing to networks that another project made, nor to what is on them', () => {
    fc.assert(
      fc.property(declaration, declaration, (mine, others) => {
        const theirs = others
          .replace('project: p', 'project: q')
          .replaceAll(/\b(web|db|lan|box\d|br\d):/g, 'q$1:')
          .replaceAll(/: br(\d)/g, ': qbr$1');
        const before = applyToModel(emptyModel, planApply(read(theirs), emptyModel));
        const after = applyToModel(before, planApply(read(mine), before));
        for (const network of before.networks) expect(after.networks).toContain(network);
        for (const endpoint of before.endpoints) expect(after.endpoints).toContain(endpoint);
      }),
    );
  });
});
