import { describe, expect, it } from 'vitest';
import { NetlinkError } from './errors.ts';

describe('NetlinkError', () => {
  it.each([
    [17, 'cannot create bridge br0: already exists (EEXIST)', 'already-exists'],
    [19, 'cannot create bridge br0: there is no such link (ENODEV)', 'not-found'],
    [3, 'cannot create bridge br0: there is none (ESRCH)', 'not-found'],
    [2, 'cannot create bridge br0: there is none (ENOENT)', 'not-found'],
    [99, 'cannot create bridge br0: there is no such address on the link (EADDRNOTAVAIL)', 'not-found'],
    [34, 'cannot create bridge br0: a value is too long or out of range (ERANGE)', 'invalid'],
    [113, 'cannot create bridge br0: the host is unreachable (EHOSTUNREACH)', 'unavailable'],
    [36, 'cannot create bridge br0: the kernel answered ENAMETOOLONG', 'invalid'],
  ])('reads well for errno %i where the kernel said nothing', (errno, message, kind) => {
    expect(new NetlinkError('create', 'bridge br0', errno)).toMatchObject({
      message,
      kind,
      kernelMessage: undefined,
    });
  });

  it('prefers the words of the kernel', () => {
    const error = new NetlinkError('add', 'route to 10.0.0.0/8', 101, 'Nexthop has invalid gateway');
    expect(error.message).toBe('cannot add route to 10.0.0.0/8: Nexthop has invalid gateway (ENETUNREACH)');
    expect(error).toMatchObject({ code: 'NETLINK_ENETUNREACH', errno: 101, errnoName: 'ENETUNREACH' });
  });

  it('says which privilege is missing', () => {
    expect(new NetlinkError('delete', 'br0', 1).hint).toBe(
      'Run as root, or with CAP_NET_ADMIN in the namespace.',
    );
  });

  it('has a code also for an errno that nobody knows', () => {
    expect(new NetlinkError('delete', 'br0', 4242).code).toBe('NETLINK_ERRNO_4242');
  });
});
