/**
 * The Worker that filters a catalogue of images: `?what=&count=&query=`, the query as a client sends it; `what=page` makes
 * the whole page of it. A `POST` has the catalogue as it is stored, which is opened anew for it.
 */

import { generatedImages, moment } from "../../test/unit/images/generated-catalogue.ts";
import { filterImages } from "../../worker/images/filter/filter-images.ts";
import { columnsOf, type ImageColumns } from "../../worker/images/filter/image-columns.ts";
import { isFault, readFilter } from "../../worker/images/filter/read-filter.ts";
import {
  type CataloguePart,
  composeCatalogue,
  type ImageCatalogue,
} from "../../worker/images/image-catalogue.ts";
import { openImagesBlob } from "../../worker/images/images-blob.ts";
import { documentOf } from "../../worker/pages/frame/document.ts";
import { visitOf } from "../../worker/pages/frame/visit.ts";
import { imagesPage } from "../../worker/pages/images/images-page.ts";

/** As the goal has it. */
const images = 20_000;

interface Made {
  catalogue: ImageCatalogue;
  columns: ImageColumns;
}

let held: Made | undefined;

function made(part: Pick<CataloguePart, "images" | "isOrdered" | "words">): Made {
  const snapshot = { repository: "images", id: "one", generation: 1, at: moment };
  const catalogue = composeCatalogue([{ snapshot, ...part }]);
  return { catalogue, columns: columnsOf(catalogue) };
}

/** As an isolate does it for the first question after a snapshot. */
async function opened(request: Request): Promise<Made> {
  return made(openImagesBlob(new Uint8Array(await request.arrayBuffer()), "images"));
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { search, searchParams } = new URL(request.url);
    if (search === "") return new Response("ready");
    held = request.method === "POST" ? await opened(request) : held;
    held ??= made({ images: generatedImages(images) });
    const { catalogue, columns } = held;
    const visit = visitOf({ path: "/images", query: "", headers: new Headers() });
    if (typeof visit === "string") throw new Error(visit);
    const query = searchParams.get("query") ?? "";
    let rows = 0;
    for (let left = Number(searchParams.get("count")); left > 0; left--) {
      const read = readFilter(query, { columns, isPart: false });
      if (isFault(read)) return new Response(read.reason, { status: 400 });
      if (searchParams.get("what") === "page") {
        const state = { filter: read.filter, isOwn: false, tellsArchitecture: true, page: 1 };
        const base = "http://near.example/";
        const about = {
          query: state,
          catalogue,
          columns,
          base,
          now: moment,
          listOf: () => undefined,
          torrentOf: () => "ask" as const,
        };
        rows = documentOf(visit, imagesPage(visit, about).page).text.length;
      } else rows = filterImages(columns, read.filter, moment).rows.length;
    }
    return new Response(`${rows} rows`);
  },
};
