/** Reads one file as an image is read for its torrent; `?url=` says where, `?size=` how many bytes. For `torrents.ts`. */
import { FileReading } from "../../worker/torrents/file-reading.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const url = searchParams.get("url");
    if (url === null) return new Response("ready");
    const access = {
      fetch: (to: string, init: RequestInit) => fetch(to, init),
      userAgent: "Nearmirror-Probe/1",
      ownHosts: [],
    };
    const reading = new FileReading(access, Number(searchParams.get("size")), { sources: [url] });
    while (!reading.isWhole && (await reading.step())) {
      // The next range.
    }
    const said = reading.faults.map(({ said: sentence }) => sentence).join(" ");
    return new Response(reading.isWhole ? reading.end().sha256 : said);
  },
};
