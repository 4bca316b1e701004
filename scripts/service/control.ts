/** Asks the running service at its control socket, which only its own user can reach. */
import { http } from "./ask-text.ts";

/** The service answers at once, or is gone, ms. */
const deadlineMs = 10_000;

export interface Control {
  /** Puts a value of the key-value store. */
  put(key: string, value: string | Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
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
  const ask = (method: string, target: string, body?: string | Uint8Array) =>
    askSocket(path, { method, target, body });
  return {
    async put(key, value) {
      await ask("PUT", `/keys/${encodeURIComponent(key)}`, value);
    },
    async delete(key) {
      await ask("DELETE", `/keys/${encodeURIComponent(key)}`);
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

/** Rejects with a sentence for any answer but a success. */
function askSocket(socketPath: string, { method, target, body }: Question): Promise<string> {
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
          const { statusCode = 0 } = answer;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new Error(`The service refused ${method} ${target}: ${statusCode} ${text}`));
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
