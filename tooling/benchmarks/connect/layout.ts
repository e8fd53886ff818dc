/** A Linux bridge has 1,023 ports: more endpoints are spread over several networks. */
const ENDPOINTS_A_NETWORK = 1000;

/**
 * The network that the endpoint of this position belongs to. Rounds connect to the first, which is the
 * fullest.
 */
export function networkOf(position: number): number {
  return Math.floor(position / ENDPOINTS_A_NETWORK);
}

/**
 * How long each subject waits after a round, in milliseconds. The kernel takes namespaces apart in the
 * background, under the locks that the next connect needs: that work belongs to the one who caused it.
 */
export const SETTLE_MS = 150;
