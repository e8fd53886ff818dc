/** How something is made. */
export interface CreateOptions {
  /**
   * The id that it gets, twelve hexadecimal digits: a random one by default. A network of that id and the
   * same name, or an endpoint of that id of the same sandbox on the same network, is returned, and nothing is made: so a request
   * that is sent again is carried out once. Anything else of that id is an error.
   */
  readonly id?: string;
}
