/** `npm run build`: a folder that serves without npm, a checkout or a bundler. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildFolder } from "./build/build-folder.ts";
import { endAtOnce } from "./end-at-once.ts";
import { exitCodes } from "./program/exit-codes.ts";
import { parts } from "./program/parts.ts";

const usage = `npm run build -- [--out DIR] [--json]

Makes a folder with everything that a production host needs: bin/nearmirror, Node, workerd, the scripts, IP databases,
the mirror list, systemd units and examples. Copy it to a machine with the same system and processor, as /opt/nearmirror.

  --out DIR  the folder (dist/nearmirror); one that is no such folder is not overwritten
  --json     what was built as JSON
`;

endAtOnce();
process.exitCode = await main();

async function main(): Promise<number> {
  let given: { out: string; json: boolean; help: boolean };
  try {
    given = parseArgs({
      options: {
        out: { type: "string", default: join(parts.root, "dist/nearmirror") },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return exitCodes.misused;
  }
  if (given.help) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  try {
    const built = await buildFolder(given.out);
    if (given.json) process.stdout.write(`${JSON.stringify(built)}\n`);
    else {
      for (const { part, bytes } of built.parts) {
        process.stdout.write(`  ${part.padEnd(24)} ${megabytes(bytes).padStart(9)}\n`);
      }
      process.stdout.write(
        `${built.folder}: ${built.files} files, ${megabytes(built.bytes)}, nearmirror ${built.version} for ${built.platform}\n`,
      );
    }
    return exitCodes.done;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
