import { IpAddress, IpPrefix } from '@tsnet/inet';
import { decode, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataOf, decodeAnswer, encodeQuery } from '../test/messages.ts';
import { answer } from './answer.ts';
import { Zone } from './zone/zone.ts';

const addresses = (...texts: string[]) => texts.map((text) => IpAddress.parse(text));
const zone = Zone.empty({
  domain: 'demo.tsnet.internal',
  siblings: 'tsnet.internal',
  prefixes: [IpPrefix.parse('10.1.0.0/16'), IpPrefix.parse('fd01::/64')],
})
  .with({ id: '1', names: ['web', 'all', 'db.east'], addresses: addresses('10.1.0.2', 'fd01::2') })
  .with({ id: '2', names: ['api', 'all'], addresses: addresses('10.1.0.3') })
  .with({ id: '3', names: ['jobs', 'all'], addresses: addresses('10.1.0.4') });

interface Asked {
  readonly zone?: Zone;
  readonly type?: RecordType;
  readonly transport?: 'udp' | 'tcp';
  readonly udpSize?: number;
  readonly isAllowed?: boolean;
}

/** With a zone alone, every answer is there at once. */
function respond(sources: { readonly zone: Zone }, message: Buffer, asked: Asked = {}): Buffer | undefined {
  const response = answer(sources, message, asked.transport ?? 'udp', asked.isAllowed ?? true);
  if (response instanceof Promise) throw new Error('nobody is there to be asked');
  return response;
}

function ask(name: string, asked: Asked = {}) {
  const response = respond(
    { zone: asked.zone ?? zone },
    encodeQuery(name, asked.type ?? 'A', asked.udpSize),
    asked,
  );
  if (response === undefined) throw new Error('there is no answer');
  return decodeAnswer(response);
}

describe('a name of the network', () => {
  it('has the addresses of its endpoint, with the domain and without, in any spelling', () => {
    for (const name of ['web', 'web.demo.tsnet.internal', 'WEB.Demo.TSNET.internal']) {
      const found = ask(name);
      expect(found).toMatchObject({ id: 5, rcode: 'NOERROR', flag_aa: true, flag_rd: true, flag_ra: false });
      expect(found.answers).toEqual([expect.objectContaining({ name, type: 'A', ttl: 0, data: '10.1.0.2' })]);
      expect(dataOf(ask(name, { type: 'AAAA' }))).toEqual(['fd01::2']);
    }
    expect(dataOf(ask('db.east'))).toEqual(['10.1.0.2']);
  });

  it('that several endpoints have is answered with all, each of them first in its turn', () => {
    const firsts = Array.from({ length: 6 }, () => {
      // As getaddrinfo does, which asks for both.
      ask('all', { type: 'AAAA' });
      const all = dataOf(ask('all'));
      expect(all.toSorted()).toEqual(['10.1.0.2', '10.1.0.3', '10.1.0.4']);
      return all[0];
    });
    expect(firsts).toEqual([...firsts.slice(0, 3), ...firsts.slice(0, 3)]);
    expect(new Set(firsts).size).toBe(3);
  });

  it('has nothing of another type, which its SOA record says', () => {
    for (const name of ['api', 'demo.tsnet.internal', 'east.demo.tsnet.internal']) {
      const found = ask(name, { type: 'AAAA' });
      expect(found).toMatchObject({ rcode: 'NOERROR', flag_aa: true, answers: [] });
      expect(found.authorities).toEqual([
        expect.objectContaining({ type: 'SOA', name: 'demo.tsnet.internal' }),
      ]);
    }
  });

  it('is denied when nobody has it, and no longer than the answer lasts', () => {
    const found = ask('nobody.demo.tsnet.internal');
    expect(found).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: true });
    expect(found.authorities).toEqual([expect.objectContaining({ type: 'SOA', ttl: 0 })]);
    expect(found.authorities?.[0]).toHaveProperty('data.minimum', 0);
  });

  it('is gone with the zone that had it, alone among those who share an alias', () => {
    const after = zone.without('1');
    expect(ask('web', { zone: after }).rcode).toBe('NXDOMAIN');
    expect(ask('east.demo.tsnet.internal', { zone: after }).rcode).toBe('NXDOMAIN');
    expect(dataOf(ask('all', { zone: after })).toSorted()).toEqual(['10.1.0.3', '10.1.0.4']);
    expect(dataOf(ask('web'))).toEqual(['10.1.0.2']);
    expect(after.without('1')).toBe(after);
  });

  it('is answered in the least way to ANY', () => {
    expect(ask('web', { type: 'ANY' as RecordType }).answers).toEqual([
      expect.objectContaining({ type: 'HINFO', data: { cpu: 'RFC8482', os: '' } }),
    ]);
    expect(ask('web', { type: 'AXFR' }).rcode).toBe('REFUSED');
  });
});

describe('an address of the network', () => {
  it('has the name of its endpoint', () => {
    expect(dataOf(ask('2.0.1.10.in-addr.arpa', { type: 'PTR' }))).toEqual(['web.demo.tsnet.internal']);
    const nibbles = `2.${'0.'.repeat(27)}1.0.d.f.ip6.arpa`;
    expect(dataOf(ask(nibbles, { type: 'PTR' }))).toEqual(['web.demo.tsnet.internal']);
    expect(ask('9.0.1.10.in-addr.arpa', { type: 'PTR' }).rcode).toBe('NXDOMAIN');
  });
});

describe('a name that is not of the network', () => {
  it('is refused where it may be of another, and where nobody else is asked', () => {
    expect(ask('web.other.tsnet.internal').rcode).toBe('REFUSED');
    expect(ask('tsnet.internal').rcode).toBe('REFUSED');
    expect(ask('example.com').rcode).toBe('REFUSED');
    expect(ask('1.0.0.127.in-addr.arpa', { type: 'PTR' }).rcode).toBe('REFUSED');
  });

  it('is denied where it has one label', () => {
    expect(ask('nobody')).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: false });
  });

  it('is every name, to those who are not on the network', () => {
    expect(ask('web', { isAllowed: false }).rcode).toBe('REFUSED');
  });
});

describe('an answer', () => {
  const many = Array.from({ length: 200 }, (_, n) => n).reduce(
    (before, n) => before.with({ id: `e${n}`, names: ['many'], addresses: addresses(`10.1.9.${n}`) }),
    zone,
  );

  it.each([
    [undefined, 512],
    [100, 512],
    [800, 800],
    [4096, 1232],
  ])('to who takes %s bytes is truncated at %i', (udpSize, limit) => {
    const found = ask('many', udpSize === undefined ? { zone: many } : { zone: many, udpSize });
    expect(found.flag_tc).toBe(true);
    expect(found.length).toBeLessThanOrEqual(limit);
    expect(found.length).toBeGreaterThan(limit - 16);
    expect(found.additionals?.length).toBe(udpSize === undefined ? 0 : 1);
  });

  it('over TCP is whole', () => {
    const found = ask('many', { zone: many, transport: 'tcp' });
    expect(found.flag_tc).toBe(false);
    expect(new Set(dataOf(found)).size).toBe(200);
  });

  it('has the bytes of the reference, whatever the names and addresses', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,20}$/);
    const address = fc.uniqueArray(fc.nat(0xffff), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(label, address, (name, numbers) => {
        const texts = numbers.map((n) => `10.1.${n >> 8}.${n & 255}`);
        const one = Zone.empty({ domain: 'x.test', prefixes: [] }).with({
          id: '1',
          names: [name],
          addresses: addresses(...texts),
        });
        const found = respond({ zone: one }, encodeQuery(`${name}.x.test`, 'A'));
        expect(found && dataOf(decode(found))).toEqual(texts);
      }),
    );
  });

  it('is never longer than what was asked allows, and never fails, whatever the bytes', () => {
    const start = encodeQuery('many', 'A', 1232);
    const spoilt = fc
      .array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 5 })
      .map((changes) => {
        const bytes = Buffer.from(start);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const any = fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(spoilt, any), (bytes) => {
        const response = respond({ zone: many }, bytes);
        expect(response?.length ?? 0).toBeLessThanOrEqual(1232);
        if (response) expect(decode(response).type).toBe('response');
      }),
      { numRuns: 20_000 },
    );
  });
});
