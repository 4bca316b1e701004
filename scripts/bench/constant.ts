/** What everything is compared with: the least a Worker can do for a redirect. */
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
