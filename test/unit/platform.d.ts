/** What the Worker's code expects of the platform beyond Node's own types; stand-ins fill it in these tests. */
interface Request {
  readonly cf?: object;
}
interface KVNamespace {
  get(key: string): Promise<string | null>;
}
