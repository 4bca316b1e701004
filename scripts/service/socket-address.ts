/** An address to listen at, as workerd takes it. @param port or what stands for it */
export function socketAddress(host: string, port: number | string): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
