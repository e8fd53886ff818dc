/** How something is made. */
export interface CreateOptions {
  /**
   * The id that it gets, twelve hexadecimal digits: a random one by default. If there is one of that id already that was
   * asked for in the same way, it is returned, and nothing is made: so a request that is sent again is carried out once.
   */
  readonly id?: string;
}
