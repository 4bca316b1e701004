/** `npm run mirrors -- <command>`: the verbs of the mirror list, as `npm run nearmirror -- <command>` has them. */
import { runListVerb } from "./mirrors/list-verbs.ts";

process.exitCode = await runListVerb(process.argv.slice(2));
