import { packageTests } from '@tsnet/tooling-testing/vitest';

export default packageTests();
