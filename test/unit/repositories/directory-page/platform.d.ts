/** What the platform has and Node doesn't, as far as the Worker's code uses it; it never runs in Node. */
interface ResponseInit {
  encodeBody?: "automatic" | "manual";
}
declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number);
}
declare class IdentityTransformStream extends TransformStream<Uint8Array, Uint8Array> {}
