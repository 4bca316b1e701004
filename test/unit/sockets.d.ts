/** The little of workerd's sockets that the Worker of these tests uses; the rest of the tests is Node's. */
declare module "cloudflare:sockets" {
  export function connect(address: { hostname: string; port: number }): {
    readable: ReadableStream<Uint8Array>;
    writable: WritableStream<Uint8Array>;
    close(): Promise<void>;
  };
}
