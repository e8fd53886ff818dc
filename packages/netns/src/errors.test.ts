import { constants } from 'node:os';
import { SystemCallError } from '@tsnet/linux';
import { expect, it } from 'vitest';
import { explaining, NetnsExistsError, NetnsSystemError } from './errors.ts';

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('says which operation on which namespace a failed system call spoilt, and keeps its errno', () => {
  const cause = new SystemCallError('mount', '/run/netns/web', constants.errno.EPERM);
  const error = thrown(() =>
    explaining('create', 'web', () => {
      throw cause;
    }),
  );
  expect(error).toBeInstanceOf(NetnsSystemError);
  expect(error).toMatchObject({
    message: 'cannot create network namespace web: operation not permitted (EPERM)',
    code: 'NETNS_EPERM',
    kind: 'permission',
    errno: constants.errno.EPERM,
    errnoName: 'EPERM',
    hint: 'Run as root, or with CAP_SYS_ADMIN.',
    cause,
  });
});

it('does the same for what Node says of files', () => {
  const cause = Object.assign(new Error('EROFS: read-only file system'), { errno: -constants.errno.EROFS });
  const error = thrown(() =>
    explaining('create', 'web', () => {
      throw cause;
    }),
  );
  expect(error).toMatchObject({ code: 'NETNS_EROFS', kind: 'permission', cause });
});

it('leaves its own errors and defects as they are', () => {
  for (const cause of [new NetnsExistsError('web'), new TypeError('a defect')]) {
    const error = thrown(() =>
      explaining('create', 'web', () => {
        throw cause;
      }),
    );
    expect(error).toBe(cause);
  }
});
