/** The Worker that filters a catalogue of images: `?count=&query=`, the query as a client sends it. */

import { generatedImages, moment } from "../../test/unit/images/generated-catalogue.ts";
import { filterImages } from "../../worker/images/filter/filter-images.ts";
import { columnsOf, type ImageColumns } from "../../worker/images/filter/image-columns.ts";
import { isFault, readFilter } from "../../worker/images/filter/read-filter.ts";
import { composeCatalogue } from "../../worker/images/image-catalogue.ts";

/** As the goal has it. */
const images = 20_000;

let held: ImageColumns | undefined;

export default {
  async fetch(request: Request): Promise<Response> {
    const { search, searchParams } = new URL(request.url);
    if (search === "") return new Response("ready");
    held ??= columnsOf(
      composeCatalogue([
        {
          snapshot: { repository: "images", id: "one", generation: 1, at: moment },
          images: generatedImages(images),
        },
      ]),
    );
    const query = searchParams.get("query") ?? "";
    let rows = 0;
    for (let left = Number(searchParams.get("count")); left > 0; left--) {
      const read = readFilter(query, held);
      if (isFault(read)) return new Response(read.reason, { status: 400 });
      rows = filterImages(held, read.filter, moment).rows.length;
    }
    return new Response(`${rows} rows`);
  },
};
