/** What is read for one group of segments: records of the inputs, and the segments before. */

import type { FewAtOnce } from "../../runtime/few-at-once.ts";
import { hex } from "../../runtime/hex.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Blobs } from "../blobs.ts";
import type { IndexCodec, InputHead, SegmentSources } from "./codec.ts";
import { type IndexInputs, numbersIn, type SegmentGroup, segmentsBefore } from "./index-inputs.ts";
import { type Run, startOf } from "./segments.ts";
import { DamagedBlob, readInto } from "./stored-bytes.ts";

/** A record begins with its key's hash: bytes. */
const hashBytes = 8;

/** The records of a group of segments, which are gone through in their order. */
export class GroupBytes<Segment> {
  readonly #codec: IndexCodec<Segment>;
  readonly #inputs: IndexInputs;
  /** Of all inputs, one behind the other. */
  readonly #given: Uint8Array;
  readonly #view: DataView;
  /** Where in them each input's records go on that weren't given yet, and where they end. */
  readonly #cursors: { sha256: string; next: number; end: number }[] = [];
  /** The segments before, by number, as they were read. */
  readonly #before = new Map<number, Uint8Array>();
  /** Those that were checked. */
  readonly #opened = new Map<number, Segment>();

  private constructor(
    codec: IndexCodec<Segment>,
    inputs: IndexInputs,
    group: SegmentGroup,
    room: Uint8Array,
  ) {
    this.#codec = codec;
    this.#inputs = inputs;
    const { before, given, segments } = inputs;
    let length = 0;
    for (const { sha256, head } of given) {
      const next = length;
      length += head.place(group.parts.from, group.parts.to).length;
      this.#cursors.push({ sha256, next, end: length });
    }
    this.#given = room.subarray(0, length);
    this.#view = new DataView(room.buffer, room.byteOffset, length);
    if (codec.head.tellsSources || before === undefined) return;
    for (const number of numbersIn(segmentsBefore(before, segments, group))) {
      const known = before.segment(number);
      if (known === undefined) continue;
      const end = length + codec.segmentBytes(known.amount);
      this.#before.set(number, room.subarray(length, end));
      length = end;
    }
  }

  /**
   * Rejects for what is missing or too short, and for inputs that have other bytes than their head says.
   *
   * @param into holds all records until those of another group are read into it; `queue` does the reading
   */
  static async read<Segment>(
    codec: IndexCodec<Segment>,
    inputs: IndexInputs,
    group: SegmentGroup,
    { blobs, room, queue }: { blobs: Pick<Blobs, "get">; room: Uint8Array; queue: FewAtOnce },
  ): Promise<GroupBytes<Segment>> {
    const read = new GroupBytes(codec, inputs, group, room);
    const begun: { ended: Promise<void> }[] = [];
    let at = 0;
    for (const { sha256, head } of inputs.given) {
      const part = head.place(group.parts.from, group.parts.to);
      if (part.length === 0) continue;
      const into = room.subarray(at, at + part.length);
      at += part.length;
      const what = codec.words.input;
      begun.push(
        await queue.begin(async () => {
          await readInto(blobs, { what, sha256, part, into });
          const wrong = numbersIn(group.parts).some((one) => !hasDigest(head, group, one, into));
          if (wrong) throw new DamagedBlob(what, sha256, "has other bytes than its head says");
        }),
      );
    }
    for (const [number, into] of read.#before) {
      const sha256 = inputs.before?.segment(number)?.sha256;
      if (sha256 === undefined) continue;
      const what = codec.words.segment;
      begun.push(await queue.begin(() => readInto(blobs, { what, sha256, into })));
    }
    await queue.ended(begun);
    return read;
  }

  /** What a segment is made of, for the segments in their order. Throws where the one before is damaged. */
  sources(number: number): SegmentSources<Segment> {
    const { segments } = this.#inputs;
    const runs = this.#runs(startOf(number, segments), startOf(number + 1, segments));
    const before = this.#segmentsBefore(number);
    return { place: { number, segments }, given: this.#given, runs, before };
  }

  /** All segments were gone through. Throws where records are left: they aren't where their head says. */
  end(): void {
    for (const { sha256, next, end } of this.#cursors)
      if (next < end) throw this.#misplaced(sha256);
  }

  /** Each input's records whose hash's upper half is from `start` until before `end`. */
  #runs(start: number, end: number): Run[] {
    const runs: Run[] = [];
    const { recordBytes } = this.#codec.input;
    const view = this.#view;
    for (const cursor of this.#cursors) {
      const from = cursor.next;
      const last = cursor.end - hashBytes;
      let at = from;
      while (at <= last) {
        const high = view.getUint32(at);
        if (high < start || high >= end) break;
        at += recordBytes(view, at);
      }
      if (at > cursor.end) throw this.#misplaced(cursor.sha256);
      if (at > from) runs.push({ from, to: at });
      cursor.next = at;
    }
    return runs;
  }

  #misplaced(sha256: string): DamagedBlob {
    return new DamagedBlob(this.#codec.words.input, sha256, "has records out of place");
  }

  #segmentsBefore(segment: number): Segment[] {
    const { before, segments } = this.#inputs;
    if (before === undefined || this.#codec.head.tellsSources) return [];
    const wanted = segmentsBefore(before, segments, { from: segment, to: segment + 1 });
    return numbersIn(wanted)
      .map((number) => this.#opened.get(number) ?? this.#open(number))
      .filter((one) => one !== undefined);
  }

  #open(number: number): Segment | undefined {
    const { before } = this.#inputs;
    const [bytes, known] = [this.#before.get(number), before?.segment(number)];
    if (before === undefined || bytes === undefined || known === undefined) return undefined;
    const place = { number, segments: before.segments };
    const { sha256, amount } = known;
    const segment = sha256Of(bytes) === sha256 ? this.#codec.read(bytes, place, amount) : undefined;
    if (segment === undefined) throw new DamagedBlob(this.#codec.words.segment, sha256, "is none");
    this.#opened.set(number, segment);
    return segment;
  }
}

/** Whether a part's bytes are those that the head names, if it names any. @param bytes of all parts of the group */
function hasDigest(
  head: InputHead,
  { parts }: SegmentGroup,
  part: number,
  bytes: Uint8Array,
): boolean {
  const { offset, length } = head.place(part, part + 1);
  const digest = length === 0 ? undefined : head.digest(part);
  if (digest === undefined) return true;
  const start = offset - head.place(parts.from, parts.to).offset;
  return sha256Of(bytes.subarray(start, start + length)) === hex(digest);
}
