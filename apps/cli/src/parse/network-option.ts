import { InvalidValueError } from '../errors.ts';
import type { EndpointOptions } from './endpoint-spec.ts';

const HINT = 'Write --network NETWORK[:ip=ADDRESS,mac=MAC,ifname=NAME]; ip may be given for each family.';

/** One network that `tsnet run` connects to, with the settings of the endpoint still as text. */
export interface NetworkOption {
  readonly network: string;
  readonly endpoint: EndpointOptions;
}

/**
 * Reads `NETWORK[:ip=..,mac=..,ifname=..]`. No network's name has a colon, but IPv6 addresses do: only the
 * first one separates.
 *
 * @throws {@link InvalidValueError}
 */
export function parseNetworkOption(text: string): NetworkOption {
  const colon = text.indexOf(':');
  const network = colon < 0 ? text : text.slice(0, colon);
  if (network === '') throw new InvalidValueError('--network', text, 'it names no network', HINT);
  if (colon < 0) return { network, endpoint: {} };
  const settings = new Map<string, string>();
  const ip: string[] = [];
  for (const setting of text.slice(colon + 1).split(',')) {
    const [, key, value] = /^(ip|mac|ifname)=(.+)$/.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw new InvalidValueError('--network', text, `"${setting}" is no ip=, mac= or ifname=`, HINT);
    }
    if (key === 'ip') ip.push(value);
    else if (settings.has(key)) throw new InvalidValueError('--network', text, `${key} is given twice`, HINT);
    else settings.set(key, value);
  }
  return { network, endpoint: { ip, ...Object.fromEntries(settings) } };
}

/**
 * Reads them all; a sandbox has one place on a network.
 *
 * @throws {@link InvalidValueError}
 */
export function parseNetworkOptions(texts: readonly string[]): readonly NetworkOption[] {
  const networks = new Set<string>();
  return texts.map((text) => {
    const option = parseNetworkOption(text);
    if (networks.has(option.network)) {
      throw new InvalidValueError('--network', text, `network ${option.network} is given twice`, HINT);
    }
    networks.add(option.network);
    return option;
  });
}
