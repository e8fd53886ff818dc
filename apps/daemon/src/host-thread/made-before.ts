import type { Api, Input, OperationName } from '@tsnet/api';

type Find = () => Promise<object | undefined>;

/** How to find what an earlier request has made, of what the engine does not make under an id that the key gives. */
export function madeBefore(api: Api, name: OperationName, input: object): Find | undefined {
  switch (name) {
    case 'createPool':
      return async () => {
        const found = await api.getPool({ pool: (input as Input<'createPool'>).id });
        const { used, reserved, resting, free, outside, ...pool } = found;
        return pool;
      };
    case 'createSandbox':
      return async () => {
        const { name: sandbox } = input as Input<'createSandbox'>;
        return { name: sandbox, path: `/run/netns/${sandbox}` };
      };
    case 'publish':
      return async () => {
        const { endpoint, ports } = input as Input<'publish'>;
        const found = await api.getEndpoint({ endpoint });
        const published = new Set(found.ports.map(({ spec }) => spec));
        return ports.every((port) => published.has(port) || published.has(`${port}/tcp`)) ? found : undefined;
      };
    default:
      return undefined;
  }
}
