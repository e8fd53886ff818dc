import type { Check } from './check.ts';

/** Whether this process may change networks. */
export const checkPrivileges: Check = ({ process }) => {
  if (process.kind === 'unread' || process.value.missingCapabilities.length === 0) return [];
  const { userId, missingCapabilities } = process.value;
  const isRoot = userId === 0;
  return [
    {
      code: 'CAPABILITIES_MISSING',
      severity: isRoot ? 'problem' : 'warning',
      subject: 'this process',
      what: `It has no ${missingCapabilities.join(' and no ')}${isRoot ? ', although it is root' : ''}.`,
      why: 'Changing networks takes them; lists and this report do not.',
      remedy: isRoot
        ? 'Give them to the container or the service that this runs in.'
        : 'Run the commands that change networks as root.',
      commands: [],
    },
  ];
};
