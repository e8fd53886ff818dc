import { fileURLToPath } from 'node:url';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { readmeExamples, runExample } from '@tsnet/tooling-testing/readme';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describeKernel('the example of the README', { needs: ['netns'] }, () => {
  it('prints what it says', () => {
    const [example = ''] = readmeExamples(root);
    const said = [...example.matchAll(/; \/\/ (\[ '.*' \]|[A-Z]+)$/gm)].map(([, text]) => text);
    expect(said).toHaveLength(4);
    expect(runExample(root, example).trim().split('\n')).toEqual(said);
  });
});
