/** The most leases that `leaseMany` makes at once. */
export const mostLeasesAtOnce = 65_536;
