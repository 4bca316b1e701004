/** Asks the running service at its control socket, which only its own user can reach. */
import { http } from "./ask-text.ts";

/** The service answers at once, or is gone, ms. */
const deadlineMs = 10_000;

export interface Control {
  /** Puts a value of the key-value store. */
  put(key: string, value: string | Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** A short value as text; undefined: there is none. */
  get(key: string): Promise<string | undefined>;
  /** Tells the service how its machine stands. */
  tellMachine(state: MachineState): Promise<void>;
  /** What is to be done once a minute: Probers and followed repositories go on, though nobody asks. */
  minute(): Promise<void>;
  /** Sizes and numbers of each store. */
  usage(): Promise<unknown>;
}

/** How the machine stands. */
export interface MachineState {
  diskFreeBytes: number;
  /** With less free nothing is cached, and no blob is taken. */
  diskMarginBytes: number;
  /** Of workerd; absent where the system doesn't tell. */
  openFiles?: number;
  openFilesLimit?: number;
  /** Sentences for the alarms. */
  notes: readonly string[];
}

/** @param path of the socket */
export function openControl(path: string): Control {
  const ask = async (method: string, target: string, body?: string | Uint8Array) => {
    const { status, text } = await askSocket(path, { method, target, body });
    if (status >= 200 && status < 300) return text;
    throw refusal(method, target, { status, text });
  };
  return {
    async put(key, value) {
      await ask("PUT", `/keys/${encodeURIComponent(key)}`, value);
    },
    async delete(key) {
      await ask("DELETE", `/keys/${encodeURIComponent(key)}`);
    },
    async get(key) {
      const target = `/keys/${encodeURIComponent(key)}`;
      const answer = await askSocket(path, { method: "GET", target, body: undefined });
      if (answer.status === 404) return undefined;
      if (answer.status === 200) return answer.text;
      throw refusal("GET", target, answer);
    },
    async tellMachine(state) {
      await ask("PUT", "/machine", JSON.stringify(state));
    },
    async minute() {
      await ask("POST", "/minute");
    },
    async usage() {
      const told: unknown = JSON.parse(await ask("GET", "/usage"));
      return told;
    },
  };
}

interface Question {
  method: string;
  target: string;
  body: string | Uint8Array | undefined;
}

interface SocketAnswer {
  status: number;
  text: string;
}

function refusal(method: string, target: string, { status, text }: SocketAnswer): Error {
  return new Error(`The service refused ${method} ${target}: ${status} ${text}`);
}

function askSocket(socketPath: string, { method, target, body }: Question): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const question = http.request(
      // Not kept open: workerd closes it when it is told to stop, and a kept one would be used again just then.
      { socketPath, path: target, method, agent: false, headers: { host: "control" } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("error", reject);
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, text });
        });
      },
    );
    question.setTimeout(deadlineMs, () => {
      question.destroy(new Error(`The service gave no answer to ${method} ${target}`));
    });
    question.on("error", reject);
    question.end(body);
  });
}
