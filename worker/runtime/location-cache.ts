/** The cache of a location. */

/** The location's cache, as far as it is used. */
export interface LocationCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
}
