/** The commands of a page of docs, so that the page can't say what doesn't work. */

/** One block of commands that is marked: `<!-- trial: host -->` stands on the line before it. */
export interface PageBlock {
  /** The words of the mark. */
  mark: string;
  /** Line of the page at which it begins, from 1. */
  line: number;
  text: string;
}

const marked = /^<!-- trial: ([a-z ]+) -->\n```sh\n([\s\S]*?)^```$/gm;

/**
 * All marked blocks, in their order.
 * @throws Error where a mark stands before something else, or a block of the page is forgotten
 */
export function pageBlocks(page: string): PageBlock[] {
  const blocks = [...page.matchAll(marked)].map(({ 1: mark = "", 2: text = "", index }) => ({
    mark,
    line: page.slice(0, index).split("\n").length,
    text,
  }));
  const marks = page.match(/<!-- trial/g)?.length ?? 0;
  if (marks !== blocks.length) {
    throw new Error(
      `the page has ${marks} marks, and ${blocks.length} blocks of commands behind one`,
    );
  }
  return blocks;
}

/** What `apt-get install` of such a block installs. */
export function installedPackages(blocks: readonly PageBlock[]): string[] {
  return blocks.flatMap(({ text }) => {
    const [, words = ""] = /^apt-get install (.*)$/m.exec(text) ?? [];
    return words.split(" ").filter((word) => word !== "" && !word.startsWith("-"));
  });
}
