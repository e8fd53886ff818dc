import { describe, expect, it } from 'vitest';
import { InvalidDeclarationError } from './errors.ts';
import { parseDeclaration } from './parse-declaration.ts';

function problemsOf(text: string, source: { readonly file: string; readonly anonymous?: boolean }) {
  try {
    parseDeclaration(text, source);
  } catch (error) {
    if (error instanceof InvalidDeclarationError) {
      return error.errors.map(
        ({ line, column, field, message }) => `${line}:${column} ${field} | ${message}`,
      );
    }
    throw error;
  }
  return [];
}

const file = 'shop.yaml';

describe('parseDeclaration', () => {
  it('takes the project from the file, or else from its name', () => {
    expect(parseDeclaration('project: x', { file }).project).toBe('x');
    expect(parseDeclaration('', { file: '/etc/tsnet/shop.yml' }).project).toBe('shop');
    expect(problemsOf('networks:', { file: '-', anonymous: true })).toEqual([
      expect.stringContaining('cannot read -:1:1: it names no project'),
    ]);
    expect(problemsOf('', { file: 'my shop.yaml' })).toEqual([expect.stringContaining('"my shop"')]);
  });

  it('gives endpoints the name of their sandbox, and everything the label of the project', () => {
    const text = `
      networks: { web: { labels: { tier: front } } }
      sandboxes: { app: { endpoints: { web: } }, /proc/7/ns/net: { external: true, endpoints: { web: } } }
    `;
    const { networks, endpoints } = parseDeclaration(text, { file });
    expect(networks.map(({ spec }) => spec.labels)).toEqual([{ tier: 'front', 'tsnet.project': 'shop' }]);
    expect(endpoints.map(({ spec }) => [spec.name, spec.labels])).toEqual([
      ['app', { 'tsnet.project': 'shop' }],
      [undefined, { 'tsnet.project': 'shop' }],
    ]);
  });

  it('reads ports, also one that is a number alone', () => {
    const text = 'networks: {web: }\nsandboxes: {app: {endpoints: {web: {ports: [8080:80, 53/udp, 443]}}}}';
    const [endpoint] = parseDeclaration(text, { file }).endpoints;
    expect(endpoint?.spec.ports?.map(({ hostPort, port, protocol }) => [hostPort, port, protocol])).toEqual([
      [8080, 80, 'tcp'],
      [0, 53, 'udp'],
      [0, 443, 'tcp'],
    ]);
  });

  it('tells all that is wrong at once, each with its line, column and field', () => {
    const text = `networks:
  web:
    subnet: 10.1.0.0/24
    mtu: 100
    subnets:
      - 10.1.0.1/24
      - prefix: 10.2.0.0/33
      - prefix: 10.3.0.0/24
        gateway: 10.9.0.1
      - gateway: 10.9.0.1
  "a b":
  inner: { internal: true, subnets: [10.3.0.0/16] }
sandboxes:
  app:
    endpoints:
      web: { addresses: [10.3.0.5, 10.3.0.6, 10.9.0.9], mac: "02:42" }
      inner: { ports: [8080:80], labels: { tsnet.project: x, tier: 1 } }
      gone: {}
  pid:7: {}
  other:
    endpoints:
      web: { ports: [8080:80, 70000:80, "[::1]:1:1"], ifName: a/b, addresses: [10.3.0.5] }
      inner:
`;
    expect(problemsOf(text, { file })).toMatchSnapshot();
  });

  it('is one document, and no message is longer than a line or two', () => {
    expect(problemsOf('networks:\n  web:\n---\nnetworks:\n', { file })).toEqual([
      expect.stringContaining('3:1  | cannot read shop.yaml:3:1: a second document begins here'),
    ]);
    for (const problem of problemsOf(`"${'\\q'.repeat(50_000)}`, { file })) {
      expect(problem.length).toBeLessThan(400);
    }
  });

  it('says where the text is no YAML, and where a key stands twice', () => {
    expect(problemsOf('networks:\n  web: [1\n', { file })[0]).toMatch(
      /^3:1 {2}\| cannot read shop.yaml:3:1: /,
    );
    expect(problemsOf('project: a\nproject: b', { file })[0]).toMatch(/^2:1 .*unique/);
    expect(problemsOf('networks: *a', { file })[0]).toMatch(/^1:\d+ .*alias/i);
    expect(problemsOf('- a', { file })[0]).toMatch(/a list, and has to be fields with values/);
  });

  it('finds its way through anchors', () => {
    const text = `networks:
  web: &net
    mtu: 100
  db: *net
`;
    expect(problemsOf(text, { file }).map((line) => line.split(' |')[0])).toEqual([
      '3:10 networks.web.mtu',
      '3:10 networks.db.mtu',
    ]);
  });

  it('grows no text without bound', () => {
    const rows = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    expect(problemsOf(`a0: &a0 [x]\n${rows.join('\n')}`, { file })[0]).toMatch(/excessive alias count/i);
  });
});
