/** The variables that a deployment has by `wrangler.toml`. */
import { experimental_readRawConfig } from "wrangler";

/**
 * @param file path of `wrangler.toml`
 * @throws Error of wrangler's where the file can't be read, or with a sentence where a value is no text
 */
export function deployedVariables(file: string): Record<string, string> {
  const { rawConfig } = experimental_readRawConfig({ config: file });
  const entries = Object.entries(rawConfig.vars ?? {}).map(([name, value]): [string, string] => {
    if (typeof value !== "string") {
      throw new Error(`wrangler.toml: ${name} is no text; put it into quotes.`);
    }
    return [name, value];
  });
  return Object.fromEntries(entries);
}
