import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  CLONE_NEWNET,
  decodeNetlinkSocketAddress,
  decodeSocketAddress,
  encodeNetlinkSocketAddress,
  encodeSocketAddress,
  encodeUnixSocketAddress,
  inNetns,
  inNewNetns,
  netnsCookie,
  OWN_NETNS_PATH,
  openLinux,
  type SocketAddress,
} from '../../src/index.ts';

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_TYPE = 3;
const LOCK_EX = 2;
const LOCK_NB = 4;
const MS_BIND = 4096;
const CLONE_NEWNS = 0x20000;

const loopback: Record<'ipv4' | 'ipv6', Uint8Array> = {
  ipv4: Uint8Array.of(127, 0, 0, 1),
  ipv6: new Uint8Array(16).fill(1, 15),
};

const linux = openLinux();
const home = () => readlinkSync(OWN_NETNS_PATH);

describeKernel('sockets', { needs: ['netns'] }, () => {
  it.each([{ path: '/run/datagrams' }, { abstractName: 'tsnet-datagrams' }])(
    'carry datagrams to %j',
    (address) => {
      const sockaddr = encodeUnixSocketAddress(address);
      const receiver = linux.socket(AF_UNIX, SOCK_DGRAM, 0);
      const sender = linux.socket(AF_UNIX, SOCK_DGRAM, 0);
      linux.bind(receiver, sockaddr);
      linux.connect(sender, sockaddr);
      linux.send(sender, Buffer.from('READY=1'));
      const into = Buffer.alloc(64);
      const length = linux.receive(receiver, into);
      linux.close(receiver);
      linux.close(sender);
      expect(into.toString('utf8', 0, length)).toBe('READY=1');
    },
  );

  it('tell by which errno a connection was refused', () => {
    const fd = linux.socket(AF_UNIX, SOCK_STREAM, 0);
    const attempt = () => linux.connect(fd, encodeUnixSocketAddress({ path: '/run/nobody-there' }));
    expect(attempt).toThrow(expect.objectContaining({ errnoName: 'ENOENT', kind: 'not-found' }));
    linux.close(fd);
  });

  it.each(['ipv4', 'ipv6'] as const)('bind to a free port of %s, listen, and tell which it is', (family) => {
    const fd = linux.socket(family === 'ipv4' ? AF_INET : AF_INET6, SOCK_STREAM, 0);
    linux.bind(fd, encodeSocketAddress({ family, address: loopback[family], port: 0 }));
    linux.listen(fd, 1);
    const { port, ...rest } = decodeSocketAddress(linux.getSocketName(fd));
    expect(rest).toEqual({ family, address: loopback[family] });
    expect(port).toBeGreaterThan(0);
    linux.close(fd);
  });

  it('say which port is taken, by its errno', () => {
    const fd = linux.socket(AF_INET, SOCK_STREAM, 0);
    const other = linux.socket(AF_INET, SOCK_STREAM, 0);
    linux.bind(fd, encodeSocketAddress({ family: 'ipv4', address: loopback.ipv4, port: 0 }));
    linux.listen(fd, 1);
    expect(() => linux.bind(other, linux.getSocketName(fd))).toThrow(
      'cannot bind a socket: address already in use (EADDRINUSE)',
    );
    linux.close(fd);
    linux.close(other);
  });

  it('carry bytes: sent, received without waiting, and sent in the background', async () => {
    const fd = linux.socket(AF_INET, SOCK_DGRAM, 0);
    const any: SocketAddress = { family: 'ipv4', address: loopback.ipv4, port: 0 };
    linux.bind(fd, encodeSocketAddress(any));
    const into = new Uint8Array(16);
    expect(linux.receive(fd, into)).toBeUndefined();
    // Without a peer neither way of sending can work; netlink sockets have the kernel for a peer.
    expect(() => linux.send(fd, Uint8Array.of(1))).toThrow('EDESTADDRREQ');
    await expect(linux.sendInBackground(fd, Uint8Array.of(1))).rejects.toThrow('cannot send to a socket');
    expect(await linux.sendInBackground(fd, Uint8Array.of(7, 8), linux.getSocketName(fd))).toBe(2);
    expect(linux.receive(fd, into)).toBe(2);
    expect([...into.subarray(0, 2)]).toEqual([7, 8]);
    linux.close(fd);
  });

  it('ask rtnetlink and get an answer, in the foreground and in the background', async () => {
    const fd = linux.socket(AF_NETLINK, SOCK_RAW, 0);
    linux.bind(fd, encodeNetlinkSocketAddress({ portId: 0, groups: 0 }));
    expect(decodeNetlinkSocketAddress(linux.getSocketName(fd)).portId).toBeGreaterThan(0);
    // NLMSG_NOOP that wants an acknowledgement: length 16, type 1, flags REQUEST | ACK.
    const request = Uint8Array.of(16, 0, 0, 0, 1, 0, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0);
    const into = new Uint8Array(256);
    expect(linux.send(fd, request)).toBe(16);
    expect(linux.receive(fd, into)).toBe(36);
    expect(await linux.sendInBackground(fd, request)).toBe(16);
    expect(linux.receive(fd, into)).toBe(36);
    expect(linux.receive(fd, into)).toBeUndefined();
    linux.close(fd);
  });

  it('have options, and are closed when another program is executed', () => {
    const fd = linux.socket(AF_INET, SOCK_STREAM, 0);
    linux.setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, new Uint8Array(new Uint32Array([1]).buffer));
    expect(new Uint32Array(linux.getSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, 4).slice().buffer)[0]).toBe(1);
    expect(new Uint32Array(linux.getSocketOption(fd, SOL_SOCKET, SO_TYPE, 4).slice().buffer)[0]).toBe(
      SOCK_STREAM,
    );
    expect(() => linux.getSocketOption(fd, SOL_SOCKET, 9999, 4)).toThrow('cannot read socket option 1/9999');
    const flags = /^flags:\t(.*)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    expect(Number.parseInt(flags ?? '', 8) & 0o2000000).toBe(0o2000000);
    linux.close(fd);
  });

  it('are closed without a warning of Node in a worker thread, which counts the files that Node opened', async () => {
    const program = `
      process.on('warning', (warning) => parentPort.postMessage(warning.message));
      const linux = openLinux();
      linux.close(linux.socket(${AF_INET}, ${SOCK_STREAM}, 0));
      setImmediate(() => parentPort.postMessage('closed'));
    `;
    const imports = `
      import { parentPort } from 'node:worker_threads';
      import { openLinux } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    `;
    const worker = new Worker(imports + program, { eval: true, execArgv: ['--input-type=module'] });
    expect(await once(worker, 'message')).toEqual(['closed']);
    await worker.terminate();
  });

  it('say so when they cannot be closed', () => {
    expect(() => linux.close(-1)).toThrow('cannot close a file: EBADF');
  });

  it('refuse a family that does not exist', () => {
    expect(() => linux.socket(255, SOCK_STREAM, 0)).toThrow(
      'cannot open a socket of family 255: address family',
    );
  });
});

describeKernel('namespaces', { needs: ['netns'] }, () => {
  it('are made, kept by a handle, entered and left', () => {
    const before = home();
    const made = inNewNetns(linux, () => openSync(OWN_NETNS_PATH, 'r'));
    expect(home()).toBe(before);
    const inside = inNetns(linux, made, home);
    expect(inside).not.toBe(before);
    expect(home()).toBe(before);
    closeSync(made);
  });

  it('keep the sockets that were opened in them', () => {
    const made = inNewNetns(linux, () => openSync(OWN_NETNS_PATH, 'r'));
    const fd = inNetns(linux, made, () => linux.socket(AF_INET, SOCK_STREAM, 0));
    expect(linux.getSocketOption(fd, SOL_SOCKET, 71, 8)).toEqual(
      inNetns(linux, made, () => {
        const other = linux.socket(AF_INET, SOCK_STREAM, 0);
        const cookie = linux.getSocketOption(other, SOL_SOCKET, 71, 8);
        linux.close(other);
        return cookie;
      }),
    );
    linux.close(fd);
    closeSync(made);
  });

  it('have cookies that differ, and stay the same', () => {
    const made = inNewNetns(linux, () => openSync(OWN_NETNS_PATH, 'r'));
    const own = netnsCookie(linux, undefined);
    const other = netnsCookie(linux, made);
    expect(other).not.toBe(own);
    expect([netnsCookie(linux, undefined), netnsCookie(linux, made)]).toEqual([own, other]);
    closeSync(made);
  });

  it('are told apart from other kinds of namespace, and from files', () => {
    const types = ['/proc/self/ns/net', '/proc/self/ns/mnt'].map((path) => {
      const fd = openSync(path, 'r');
      const type = linux.namespaceType(fd);
      closeSync(fd);
      return type;
    });
    expect(types).toEqual([CLONE_NEWNET, CLONE_NEWNS]);
    const file = openSync('/etc/passwd', 'r');
    expect(linux.namespaceType(file)).toBeUndefined();
    expect(() => linux.setns(file, CLONE_NEWNET)).toThrow('cannot enter a namespace');
    closeSync(file);
  });

  it('leave no file open after 200 of them', () => {
    const files = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 200; count++) inNewNetns(linux, () => count);
    expect(readdirSync('/proc/self/fd')).toHaveLength(files);
  });
});

describeKernel('files', { needs: ['netns'] }, () => {
  it('are mounted and unmounted', () => {
    mkdirSync('/run/from');
    mkdirSync('/run/to');
    writeFileSync('/run/from/file', 'x');
    linux.mount('/run/from', '/run/to', null, MS_BIND, null);
    expect(readdirSync('/run/to')).toEqual(['file']);
    linux.unmount('/run/to', 0);
    expect(readdirSync('/run/to')).toEqual([]);
    expect(() => linux.unmount('/run/to', 0)).toThrow(
      'cannot unmount /run/to: the kernel refused an argument',
    );
    expect(() => linux.mount('/run/none', '/run/to', null, MS_BIND, null)).toThrow('ENOENT');
    unlinkSync('/run/from/file');
    rmdirSync('/run/from');
    rmdirSync('/run/to');
  });

  it('are locked for one holder, until it closes the file', () => {
    const one = openSync('/run/lock-file', 'w');
    const other = openSync('/run/lock-file', 'w');
    linux.flock(one, LOCK_EX | LOCK_NB);
    expect(() => linux.flock(other, LOCK_EX | LOCK_NB)).toThrow('cannot lock a file');
    closeSync(one);
    linux.flock(other, LOCK_EX | LOCK_NB);
    closeSync(other);
    unlinkSync('/run/lock-file');
  });
});
