/** How bytes are fetched and kept. */
import type { Fetching } from "./fetch-file.ts";

/** What this needs of the world. */
export interface BytesContext extends Fetching {
  /** The location's cache; keys are origin URLs. */
  cache: {
    match(key: string): Promise<Response | undefined>;
    put(key: string, response: Response): Promise<void>;
  };
}
