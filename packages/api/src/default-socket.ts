/** Where a daemon listens unless it is told otherwise. */
export const defaultSocket = '/run/tsnet/tsnet.sock';
