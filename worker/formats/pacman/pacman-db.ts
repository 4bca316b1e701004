/** pacman's databases (`core.db`, `.files`): a tar archive with a `desc` file for each package. */

import { tarFraming } from "../compression/tar.ts";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { type FileSink, isSha256, pathFault, secondsOf, sizeOf } from "../indexed-file.ts";
import { EntryCount } from "../left-out.ts";
import { RawText } from "../raw-text.ts";
import { field } from "../stanzas.ts";

/** Of one `desc`; those with many dependencies have 20 KB. */
const maxDesc = 1024 * 1024;

/**
 * `base`: the directory of the database, which is that of the packages.
 *
 * @param onBuilt takes when a package was built, Unix seconds
 */
export function pacmanReader(
  base: string,
  sink: FileSink,
  onBuilt?: (seconds: number) => void,
): IndexReader {
  let packages = 0;
  const entries = new EntryCount();
  const tar = tarFraming((name, bytes) => {
    if (!name.endsWith("/desc")) return undefined;
    packages++;
    const place = `package ${packages} (${name.slice(0, 200)})`;
    if (bytes > maxDesc) throw new IndexRefused(`longer than ${maxDesc} bytes`, place);
    const text = new RawText(`of ${name.slice(0, 200)}`);
    let desc = "\n";
    return {
      each(piece) {
        desc += text.push(piece);
      },
      end() {
        desc += `${text.end()}\n`;
        entries.add(judge(desc, base, sink), () => place);
        const built = onBuilt && secondsOf(field(desc, "\n%BUILDDATE%\n"));
        if (built !== undefined) onBuilt?.(built);
      },
    };
  });
  return {
    push: (bytes) => void tar.push(bytes),
    end() {
      tar.end();
      entries.end();
    },
    get leftOut() {
      return entries.leftOut;
    },
  };
}

function judge(desc: string, base: string, sink: FileSink): string | undefined {
  const name = field(desc, "\n%FILENAME%\n");
  if (name === undefined) return "has no FILENAME, or several";
  const fault = name.includes("/") ? "a FILENAME with a slash" : pathFault(name, "FILENAME");
  if (fault !== undefined) return `has ${fault}`;
  const size = sizeOf(field(desc, "\n%CSIZE%\n") ?? "");
  if (size === undefined) return "has no CSIZE, or an absurd one";
  const sha256 = field(desc, "\n%SHA256SUM%\n");
  if (sha256 === undefined) {
    return desc.includes("\n%SHA256SUM%")
      ? "has no single SHA256SUM"
      : sink({ path: base + name, size });
  }
  if (!isSha256(sha256)) return "has a SHA256SUM that is none";
  return sink({ path: base + name, size, sha256 });
}
