/** Where a package stands, and what it may import from the packages on lower floors. */
export interface Floor {
  readonly floor: number;
  readonly mayImport: readonly string[];
  /** Those of `mayImport` of which it may import types only. */
  readonly typesOnly?: readonly string[];
}

/**
 * What is drawn in ARCHITECTURE.md: every package, by the name of its folder under `packages/`. Apps stand above all of
 * them and may import each one, but never another app.
 */
export const floors: Readonly<Record<string, Floor>> = {
  errors: { floor: 0, mayImport: [] },
  inet: { floor: 1, mayImport: ['errors'] },
  linux: { floor: 1, mayImport: ['errors'] },
  ipam: { floor: 2, mayImport: ['inet', 'errors'] },
  netlink: { floor: 2, mayImport: ['linux', 'inet', 'errors'] },
  netns: { floor: 2, mayImport: ['linux', 'errors'] },
  dns: { floor: 2, mayImport: ['linux', 'inet', 'errors'] },
  nftables: { floor: 3, mayImport: ['netlink', 'linux', 'inet', 'errors'] },
  core: { floor: 3, mayImport: ['ipam', 'netns', 'netlink', 'linux', 'inet', 'errors'] },
  bridge: { floor: 4, mayImport: ['core', 'netlink', 'netns', 'nftables', 'linux', 'inet', 'errors'] },
  declare: { floor: 4, mayImport: ['core', 'ipam', 'netns', 'linux', 'inet', 'errors'] },
  doctor: { floor: 4, mayImport: ['core', 'netlink', 'nftables', 'linux', 'inet', 'errors'] },
  api: { floor: 4, mayImport: ['core', 'inet', 'errors'], typesOnly: ['core'] },
  service: { floor: 5, mayImport: ['api', 'core', 'ipam', 'netns', 'linux', 'inet', 'errors'] },
};

/** Modules from outside that only one package may touch. */
export const guardedModules: Readonly<Record<string, string>> = { koffi: 'packages/linux' };
