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
 * A redirect of the same shape without any decision: it reads what any redirector must read of a request
 * and answers with the same three headers of the same length. What it lacks to the constant is the price
 * of the platform's own calls; what the service lacks to it is ours.
 */
export const sameAnswerWorker = `
const hosts = ["mirror.one.example.org", "mirrors.two.example.net", "ftp.three.example.com"];
export default {
  fetch(request) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const from = request.headers.get("X-Forwarded-For");
    if (request.method !== "GET" || from === null) return new Response(null, { status: 400 });
    let links = "";
    for (let at = 0; at < 3; at++) {
      links += (at === 0 ? "" : ", ") + "<http://" + hosts[at] + path + ">; rel=duplicate; geo=de; pri=" + (at + 1);
    }
    return new Response(null, {
      status: 302,
      headers: { Location: "http://mirror.example" + path, "Cache-Control": "private, no-store", Link: links },
    });
  },
};
`;
