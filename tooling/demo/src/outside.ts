import { execa } from 'execa';

/** The host's own addresses, and those of a machine that it reaches over a cable. Both are for documentation only. */
export const addresses = {
  host: ['192.0.2.1', '2001:db8::1'],
  outside: ['192.0.2.2', '2001:db8::2'],
} as const;

/** Puts a machine named "outside" at the other end of the host's cable, and makes it the host's way out. */
export async function buildOutside(): Promise<void> {
  const [host4, host6] = addresses.host;
  const [outside4, outside6] = addresses.outside;
  await ip('netns add outside');
  await ip('link add uplink type veth peer name cable netns outside');
  for (const [where, ifName, four, six] of [
    ['', 'uplink', host4, host6],
    ['-n outside ', 'cable', outside4, outside6],
  ] as const) {
    await ip(`${where}address add ${four}/24 dev ${ifName}`);
    await ip(`${where}address add ${six}/64 dev ${ifName} nodad`);
    await ip(`${where}link set ${ifName} up`);
    await ip(`${where}link set lo up`);
  }
  await ip(`route add default via ${outside4}`);
  await ip(`route add default via ${outside6}`);
}

/** Gives the outside a route to a prefix behind the host, as an attacker on the same cable could. */
export async function routeToPrefix(prefix: string, via: string): Promise<void> {
  await ip(`-n outside route replace ${prefix} via ${via}`);
}

/** Takes the outside away. */
export async function removeOutside(): Promise<void> {
  await ip('link delete uplink');
  await ip('netns delete outside');
}

function ip(args: string) {
  return execa('ip', args.split(' '));
}
