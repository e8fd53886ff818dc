import type { Check } from './check.ts';

/** Whether nftables can be reached. */
export const checkLibraries: Check = ({ libraries }) => {
  if (libraries.kind === 'unread' || libraries.value.libnftables) return [];
  const { nftProgram } = libraries.value;
  return [
    {
      code: 'LIBNFTABLES_MISSING',
      severity: nftProgram ? 'warning' : 'problem',
      subject: 'libnftables.so.1',
      what: nftProgram
        ? 'It cannot be loaded; the nft program is used in its place.'
        : 'It cannot be loaded, and there is no nft program either.',
      why: nftProgram
        ? 'Creating and deleting networks costs a process each time.'
        : 'Without either there is no firewall, and so no network.',
      remedy: 'Install the package that has it: libnftables1 on Debian and Ubuntu, nftables elsewhere.',
      commands: nftProgram ? [] : ['apt-get install nftables'],
    },
  ];
};
