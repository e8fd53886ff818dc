/** How the families are called in a sentence. */
export const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
