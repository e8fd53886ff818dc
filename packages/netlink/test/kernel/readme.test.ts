import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import * as inet from '@tsnet/inet';
import * as linux from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import * as netlink from '../../src/index.ts';
import { TestNetns } from './test-netns.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describeKernel('the example of the README', { needs: ['netns', 'bridge', 'veth'] }, () => {
  it('prints what it says that it prints', () => {
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const body = example.replaceAll(/^import (\{.*\}) from '(.*)';$/gm, "const $1 = packages['$2'];");
    const packages = { '@tsnet/inet': inet, '@tsnet/linux': linux, '@tsnet/netlink': netlink };
    const printed: string[] = [];
    const log = (...values: unknown[]) => printed.push(formatWithOptions({ colors: false }, ...values));

    using netns = new TestNetns();
    linux.inNetns(netns.linux, netns.fd, () => new Function('packages', 'console', body)(packages, { log }));

    const promised = Array.from(example.matchAll(/; \/\/ (.*)$/gm), ([, comment]) => comment);
    expect(promised.length).toBeGreaterThan(3);
    expect(printed).toEqual(promised);
  });

  it('watches as it says that it does', async () => {
    const [, example = ''] = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, code = '']) => code);
    const body = example.replaceAll(/^import (\{.*\}) from '(.*)';$/gm, "const $1 = packages['$2'];");
    const packages = { '@tsnet/linux': linux, '@tsnet/netlink': netlink };
    const printed: string[] = [];
    const log = (...values: unknown[]) => printed.push(values.join(' '));

    using netns = new TestNetns();
    let running: Promise<void> | undefined;
    // All of it is done before the first wait, which is for the monitor's end.
    linux.inNetns(netns.linux, netns.fd, () => {
      running = new Function('packages', 'console', `return (async () => {${body}})()`)(packages, {
        log,
        error: log,
      });
    });
    await running;

    const promised = Array.from(example.matchAll(/; \/\/ (.*)$/gm), ([, comment]) => comment);
    expect(promised).toHaveLength(2);
    expect(printed).toEqual(promised);
  });
});
