/** What the platform has and Node doesn't, as far as the Worker's code uses it; it never runs in Node. */
interface RewrittenElement {
  readonly tagName: string;
  getAttribute(name: string): string | null;
  onEndTag(handler: () => void): void;
}
interface RewriterHandlers {
  element?(element: RewrittenElement): void;
  text?(chunk: { readonly text: string }): void;
}
declare class HTMLRewriter {
  on(selector: string, handlers: RewriterHandlers): this;
  onDocument(handlers: { text?(chunk: { readonly text: string }): void }): this;
  transform(response: Response): Response;
}
declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number);
}
