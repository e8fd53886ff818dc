import {
  EndpointNotFoundError,
  NetworkExistsError,
  NetworkInUseError,
  NetworkNotFoundError,
  NotReadyError,
  TeardownError,
} from '@tsnet/core';
import { TsnetError } from '@tsnet/errors';
import { NetnsExistsError, NetnsNotFoundError } from '@tsnet/netns';
import { describe, expect, it } from 'vitest';
import { hintOf } from './hint.ts';

describe('hintOf', () => {
  it.each([
    [new NetworkNotFoundError('remove network', 'web'), 'List them with: tsnet network ls'],
    [new EndpointNotFoundError('publish on', 'web/app'), 'List them with: tsnet endpoint ls'],
    [
      new NetworkInUseError('web', 'endpoints', ['app'], false),
      'Disconnect or release them first, or remove the network with --force.',
    ],
    [new NetworkExistsError('web'), 'Choose another name, or remove that one with: tsnet network rm web'],
    [new NetnsExistsError('app'), 'Take another name, or remove that one with: tsnet netns rm app'],
    [
      new NotReadyError('remove network', 'web', 'deleting'),
      'Wait for it. If it was killed, finish with: tsnet network rm --force web',
    ],
    [
      new NotReadyError('disconnect', '3f2a9c41d07b', 'creating'),
      'Wait for it. If it was killed, finish with: tsnet network disconnect --force NETWORK SANDBOX',
    ],
    [
      new TeardownError('sandbox app', [new Error('no')]),
      'The rest was taken down. Take the cause away, then run: tsnet netns rm app',
    ],
  ])('names the command or option: %s', (error, hint) => {
    expect(hintOf(error)).toBe(hint);
  });

  it('tells a name that is missing from a process that is', () => {
    expect(hintOf(new NetnsNotFoundError('app', 'gone', 'neutral'))).toBe('List them with: tsnet netns ls');
    expect(hintOf(new NetnsNotFoundError('pid:4711', 'gone', 'neutral'))).toBe('neutral');
  });

  it('is that of the library where there is nothing to add', () => {
    const failure = { kind: 'conflict', operation: 'test', subject: '', reason: 'no' } as const;
    expect(hintOf(new TsnetError({ ...failure, code: 'X', hint: 'Try again.' }))).toBe('Try again.');
    expect(hintOf(new TsnetError({ ...failure, code: 'constructor' }))).toBeUndefined();
  });
});
