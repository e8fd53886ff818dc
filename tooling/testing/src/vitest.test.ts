import { describe, expect, it } from 'vitest';
import { packageTests, reportPath } from './vitest.ts';

describe('packageTests', () => {
  it('writes a report where a machine reads it, and only there', () => {
    expect(packageTests({}).test?.reporters).toEqual(['default']);
    for (const environment of [{ CI: 'true' }, { TSNET_REPORT: '1' }]) {
      expect(packageTests(environment).test).toMatchObject({
        reporters: ['default', 'json'],
        outputFile: { json: reportPath },
      });
    }
  });
});
