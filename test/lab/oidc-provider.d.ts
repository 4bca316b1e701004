/** The little of the provider that a test takes; its own types are a package of others'. */
declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  interface Account {
    accountId: string;
    claims(): Record<string, unknown>;
  }
  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        findAccount(context: unknown, id: string): Account;
        [setting: string]: unknown;
      },
    );
    callback(): RequestListener;
  }
}
