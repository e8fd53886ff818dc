import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { RemoteError, UnreachableError } from '@tsnet/api';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { mainPath, TestDaemon } from '../testing/test-daemon.ts';

/** Sends a number every 5 ms over one TCP connection; the other side echoes it. Prints how far it came, and exits at the end of input. */
const sender = `
  const { connect } = require('node:net');
  const [host, port] = process.argv.slice(1);
  const socket = connect(Number(port), host, () => {
    let sent = 0, received = 0, text = '';
    const timer = setInterval(() => socket.write(sent++ + '\\n'), 5);
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      const lines = text.split('\\n');
      text = lines.pop();
      for (const line of lines) if (Number(line) !== received++) process.exit(3);
    });
    process.stdin.on('end', () => {
      clearInterval(timer);
      setTimeout(() => { console.log(JSON.stringify({ sent, received })); process.exit(0); }, 300);
    }).resume();
    console.log('connected');
  });
  socket.on('error', () => process.exit(2)).on('close', () => process.exit(4));
`;
const echo = `
  require('node:net').createServer((socket) => socket.pipe(socket)).listen(80, () => console.log('listening'));
`;

describeKernel('a restart of the daemon', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s changes nothing, and no stream breaks', async (signal) => {
    await using daemon = await TestDaemon.open();
    await using client = daemon.client();
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.97.0.0/24' }] });
    const [server, peer] = [daemon.sandboxName('server'), daemon.sandboxName('peer')];
    for (const name of [server, peer]) await client.createSandbox({ name });
    const { addresses } = await client.connect({ network: 'web', sandbox: server, ports: ['8080:80'] });
    await client.connect({ network: 'web', sandbox: peer });
    const started = spawn('nsenter', [`--net=/run/netns/${server}`, '--', process.execPath, '-e', echo]);
    await once(started.stdout, 'data');
    const target = [addresses[0]?.address ?? '', '80'];
    // From a sandbox, and from the host through the published port.
    const streams = [
      [peer, ...target],
      [daemon.netns, '10.97.0.1', '8080'],
    ].map(([netns = '', ...to]) =>
      spawn('nsenter', [`--net=/run/netns/${netns}`, '--', process.execPath, '-e', sender, ...to]),
    );
    await Promise.all(streams.map(({ stdout }) => once(stdout, 'data')));
    const look = async () => ({
      firewall: await daemon.run('nft', 'list', 'ruleset'),
      links: (await daemon.run('ip', '-j', 'link')).replaceAll(/"stats64?":\{[^}]*\}/g, ''),
      inside: await daemon.runIn(server, 'ip', 'address'),
      routes: await daemon.run('ip', 'route'),
      endpoints: (await client.listEndpoints()).items,
      leases: (await client.listLeases()).items,
    });
    const before = await look();
    expect(await daemon.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : 'SIGKILL');
    await daemon.start();
    expect(await look()).toEqual(before);
    expect((await client.getStatus()).findings).toEqual([]);
    for (const { stdin, stdout } of streams) {
      const said = once(stdout, 'data');
      stdin.end();
      const [text] = await said;
      const { sent, received } = JSON.parse(String(text));
      expect(sent).toBeGreaterThan(20);
      expect(received).toBe(sent);
    }
    started.kill();
  });

  it('by SIGTERM lets what was begun end, and takes nothing new', async () => {
    await using daemon = await TestDaemon.open();
    await using client = daemon.client();
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.98.0.0/24' }] });
    const names = Array.from({ length: 30 }, (_, index) => daemon.sandboxName(`d${index}`));
    for (const name of names) await client.createSandbox({ name });
    const asked = names.map((sandbox) =>
      // A key would make the client ask again.
      client.connect({ network: 'web', sandbox }).then(
        ({ id }) => id,
        (error: unknown) => error,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(await daemon.stop('SIGTERM')).toBe(0);
    await daemon.start();
    const outcomes = await Promise.all(asked);
    const made = outcomes.filter((outcome) => typeof outcome === 'string');
    for (const outcome of outcomes)
      if (typeof outcome !== 'string')
        expect(outcome instanceof RemoteError || outcome instanceof UnreachableError).toBe(true);
    expect(made.length).toBeGreaterThan(0);
    const { items } = await client.listEndpoints({ limit: 100 });
    expect(items.map(({ id }) => id).sort()).toEqual(made.sort());
    expect((await client.getStatus()).findings).toEqual([]);
  });

  it('finds a second one in its way, which goes on', async () => {
    await using daemon = await TestDaemon.open();
    const own = ['--socket', daemon.socket, '--state-dir', daemon.stateDirectory];
    const command = [`--net=/run/netns/${daemon.netns}`, '--', process.execPath, mainPath, ...own];
    const { exitCode, stderr } = await execa('nsenter', command, { reject: false });
    expect(stderr).toMatch(/^tsnetd: cannot listen .*tsnet\.sock: /);
    expect(exitCode).toBe(5);
    await using client = daemon.client();
    expect((await client.listNetworks()).items).toEqual([]);
  });
});
