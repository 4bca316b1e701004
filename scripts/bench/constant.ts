/** What the redirect is compared with. */

/** The least a Worker can do for a redirect: our limit. */
export const constantWorker = `
export default {
  fetch() {
    return new Response(null, {
      status: 302,
      headers: { Location: "http://mirror.example/debian/pool/main/a/apt/apt_2.6.1_amd64.deb" },
    });
  },
};
`;

/**
 * Redirects of the same shape without any decision: what any redirector must read of a request is read, and the answer
 * has the headers that such a client gets, as long. What it lacks to the constant is the price of the platform's own
 * calls; what the service lacks to it is ours.
 *
 * This one answers package managers, which read neither `Link` nor digests.
 */
export const sameAnswerWorker = `
export default {
  fetch(request) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const { headers } = request;
    const from = headers.get("X-Forwarded-For");
    if (request.method !== "GET" || from === null || headers.get("User-Agent") === null) return new Response(null, { status: 400 });
    return new Response(null, {
      status: 302,
      headers: { Location: "http://mirror.example" + path, "Cache-Control": "private, no-store" },
    });
  },
};
`;

/** The same for those who read `Link` and digests. */
export const sameFullAnswerWorker = `
const hosts = ["mirror.one.example.org", "mirrors.two.example.net", "ftp.three.example.com"];
export default {
  fetch(request) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const { headers } = request;
    const from = headers.get("X-Forwarded-For");
    if (request.method !== "GET" || from === null || headers.get("User-Agent") === null) return new Response(null, { status: 400 });
    let links = "";
    for (let at = 0; at < 3; at++) {
      links += (at === 0 ? "" : ", ") + "<http://" + hosts[at] + path + ">; rel=duplicate; geo=de; pri=" + (at + 1);
    }
    return new Response(null, {
      status: 302,
      headers: {
        Location: "http://mirror.example" + path,
        "Cache-Control": "private, no-store",
        Link: links,
        "Repr-Digest": "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:",
        Digest: "SHA-256=RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=",
      },
    });
  },
};
`;

/**
 * The same answer to package managers, and as many questions to mirrors behind it as the service asks with 1,000 of them:
 * each of so many hosts once in two seconds, by a plain HEAD that nobody waits for and whose answer nobody reads. What the
 * service lacks to this one is its own; what this one lacks to the same answer is the price of the platform's `fetch`.
 *
 * @param hosts twice as many as are asked a second
 */
export function checkingWorker(hosts: number): string {
  return `
const asked = new Float64Array(${hosts});
let next = 0;
export default {
  fetch(request, env, ctx) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const { headers } = request;
    const from = headers.get("X-Forwarded-For");
    if (request.method !== "GET" || from === null || headers.get("User-Agent") === null) return new Response(null, { status: 400 });
    next = (next + 1) % ${hosts};
    const now = Date.now();
    if (now - asked[next] >= 2000) {
      asked[next] = now;
      ctx.waitUntil(fetch("http://m" + next + ".example" + path, { method: "HEAD", redirect: "manual", cache: "no-store", headers: { "User-Agent": "Nearmirror/1", "Accept-Encoding": "identity" } }));
    }
    return new Response(null, {
      status: 302,
      headers: { Location: "http://mirror.example" + path, "Cache-Control": "private, no-store" },
    });
  },
};
`;
}
