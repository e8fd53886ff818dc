import { constants } from 'node:os';
import { errorKinds } from '@tsnet/errors';
import { describe, expect, it } from 'vitest';
import { errnoKind, errnoName, errnoText } from './errno.ts';
import { SystemCallError } from './errors.ts';

describe('an errno', () => {
  it('has the name that the platform gives it', () => {
    for (const [name, errno] of Object.entries(constants.errno)) {
      // Linux has two names for some numbers; either is right.
      expect(constants.errno[errnoName(errno) as keyof typeof constants.errno], name).toBe(errno);
    }
    expect(errnoName(4242)).toBe('errno 4242');
  });

  it('that has two names goes by the one in the manuals', () => {
    expect(errnoName(constants.errno.EWOULDBLOCK)).toBe('EAGAIN');
    expect(errnoName(constants.errno.ENOTSUP)).toBe('EOPNOTSUPP');
  });

  it('has a kind of the closed list, and is internal where nothing is known of it', () => {
    for (const errno of Object.values(constants.errno)) expect(errorKinds).toContain(errnoKind(errno));
    expect(errnoKind(4242)).toBe('internal');
  });

  it.each([
    ['EPERM', 'permission'],
    ['ENODEV', 'not-found'],
    ['EEXIST', 'already-exists'],
    ['EADDRINUSE', 'in-use'],
    ['EINVAL', 'invalid'],
    ['EOPNOTSUPP', 'unsupported'],
    ['EMFILE', 'exhausted'],
    ['EAGAIN', 'unavailable'],
  ] as const)('%s is of the kind %s', (name, kind) => {
    expect(errnoKind(constants.errno[name])).toBe(kind);
  });

  it('is explained in words, or else by its name', () => {
    expect(errnoText(constants.errno.EEXIST)).toBe('already exists');
    expect(errnoText(constants.errno.EXDEV)).toBe('EXDEV');
    expect(errnoText(4242)).toBe('errno 4242');
  });
});

describe('SystemCallError', () => {
  it('says what failed, on what and why, and keeps the errno', () => {
    expect(new SystemCallError('mount', '/run/netns', constants.errno.EPERM)).toMatchObject({
      message: 'cannot mount /run/netns: operation not permitted (EPERM)',
      code: 'LINUX_EPERM',
      kind: 'permission',
      errno: constants.errno.EPERM,
      errnoName: 'EPERM',
      hint: 'Run as root, or with CAP_NET_ADMIN, CAP_NET_RAW and CAP_SYS_ADMIN.',
    });
  });

  it('has a code also for an errno without a name', () => {
    expect(new SystemCallError('mount', '/run/netns', 4242)).toMatchObject({
      code: 'LINUX_ERRNO_4242',
      kind: 'internal',
      hint: undefined,
    });
  });
});
