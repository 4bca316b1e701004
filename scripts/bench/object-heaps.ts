/** What each isolate of the started service holds, as V8's inspector tells it, while operators work. */
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type NpmStart, npmStart } from "../../test/lab/npm-start.ts";
import { buildFolder } from "../build/build-folder.ts";
import { freePort } from "../service/free-port.ts";

/** Of one isolate, MB, garbage included. */
export interface Heap {
  /** Objects of JavaScript. */
  objects: number;
  /** Buffers beside them, and what workerd holds for them. */
  beside: number;
}

/** Between two looks, ms. */
const lookEveryMs = 100;
/** An answer of the inspector, ms. */
const answerMs = 10_000;

/** A service whose isolates can be looked into. */
export interface Inspected {
  service: NpmStart;
  /** Of the inspector, on loopback. */
  port: number;
}

/**
 * Starts the service out of a folder as `npm run build` makes it, whose workerd is called with an inspector.
 *
 * @param folder empty or missing
 */
export async function startInspected(folder: string, args: readonly string[]): Promise<Inspected> {
  await buildFolder(folder);
  const port = await freePort();
  const workerd = join(folder, "lib/workerd");
  renameSync(workerd, `${workerd}-itself`);
  writeFileSync(
    workerd,
    `#!/bin/sh\nexec "${workerd}-itself" "$@" --inspector-addr=127.0.0.1:${port}\n`,
  );
  chmodSync(workerd, 0o755);
  return { service: await npmStart({ args, script: join(folder, "lib/nearmirror.js") }), port };
}

/** Looks again and again while something works. @returns the most that was seen, by the isolate's name */
export async function mostHeld(
  port: number,
  work: () => Promise<unknown>,
): Promise<Map<string, Heap>> {
  const isolates = await connectAll(port);
  const most = new Map<string, Heap>();
  const look = async () => {
    for (const [name, ask] of isolates) {
      const heap = heapOf(await ask("Runtime.getHeapUsage"));
      const before = most.get(name);
      if (before === undefined || sum(heap) > sum(before)) most.set(name, heap);
    }
  };
  let isOver = false;
  const looking = (async () => {
    for (; !isOver; await sleep(lookEveryMs)) await look();
    await look();
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await looking;
    for (const [, , close] of isolates) close();
  }
  return most;
}

/** All of an isolate together, MB. */
export function sum({ objects, beside }: Heap): number {
  return objects + beside;
}

type Asking = (method: string) => Promise<unknown>;

/** The isolates by name, each with what asks and what ends its connection. */
async function connectAll(port: number): Promise<[string, Asking, () => void][]> {
  const listed: { id: string; webSocketDebuggerUrl: string }[] = await (
    await fetch(`http://127.0.0.1:${port}/json`)
  ).json();
  return await Promise.all(
    listed.map(async ({ id, webSocketDebuggerUrl }): Promise<[string, Asking, () => void]> => {
      const socket = new WebSocket(webSocketDebuggerUrl);
      const waiting = new Map<number, (result: unknown) => void>();
      socket.onmessage = ({ data }) => {
        const answer: { id?: number; result?: unknown } = JSON.parse(String(data));
        if (answer.id !== undefined) waiting.get(answer.id)?.(answer.result);
      };
      await new Promise<unknown>((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error(`no connection to the inspector of ${id}`));
      });
      let last = 0;
      const ask: Asking = (method) =>
        new Promise((resolve, reject) => {
          const number = ++last;
          const late = setTimeout(
            () => reject(new Error(`the inspector of ${id} doesn't answer ${method}`)),
            answerMs,
          );
          waiting.set(number, (result) => {
            clearTimeout(late);
            waiting.delete(number);
            resolve(result);
          });
          socket.send(JSON.stringify({ id: number, method }));
        });
      return [id, ask, () => socket.close()];
    }),
  );
}

function heapOf(told: unknown): Heap {
  const of = (name: string) => Number(Reflect.get(Object(told), name) ?? Number.NaN) / 1e6;
  const beside = of("embedderHeapUsedSize") + of("backingStorageSize");
  const heap = { objects: of("usedSize"), beside };
  if (!Number.isFinite(sum(heap)))
    throw new Error(`the inspector told no sizes: ${JSON.stringify(told)}`);
  return heap;
}
