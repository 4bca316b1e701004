/** The client of the trial `from-bare`: a minimal Debian that has nothing but an authority to trust. */
import { setTimeout as pause } from "node:timers/promises";
import type { NetworkNamespace } from "../lab/network-namespace.ts";
import { describe, run } from "../lab/process.ts";
import type { PageBlock } from "./from-bare-page.ts";

export interface BareClient {
  /** Folder of its Debian, which nothing changes. */
  clientRoot: string;
  network: NetworkNamespace;
  /** Where the service is, and its name. */
  address: string;
  name: string;
  /** PEM of what signed the service's certificate. */
  authority: string;
  /** Armoured public key of the repository. */
  key: string;
}

const deadlineMs = 120_000;

/** A layer of memory above the Debian, in namespaces of its own, until the script ends. */
const enter = `set -e
mount --make-rprivate /
layer=$(mktemp -d)
mount -t tmpfs tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
cd "$layer/root"
mount --rbind /dev dev
mount -t proc proc proc
code=0
chroot . /bin/sh -ec "$2" || code=$?
cd /
umount -l "$layer"
rmdir "$layer"
exit $code
`;

/** Runs the page's lines for a client, and installs by them. @throws Error with the evidence */
export async function installBy(client: BareClient, blocks: readonly PageBlock[]): Promise<void> {
  const { address, name, authority, key, clientRoot, network } = client;
  const lines = blocks
    .map(({ text }) => text)
    .join("\n")
    // What the trial serves as Debian is signed by another key.
    .replace("Suites: bookworm", "Suites: stable")
    .replace("/usr/share/keyrings/debian-archive-keyring.gpg", "/etc/apt/lab.asc");
  if (!lines.includes("/etc/apt/lab.asc")) throw new Error("the page names no key to replace");
  const script = `
echo "127.0.0.1 localhost" > /etc/hosts
echo "${address} ${name}" >> /etc/hosts
cat > /usr/local/share/ca-certificates/trial.crt <<'PEM'
${authority}PEM
update-ca-certificates >/dev/null
cat > /etc/apt/lab.asc <<'KEY'
${key}
KEY
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/90machine
${lines}
DEBIAN_FRONTEND=noninteractive apt-get install -y near-app near-huge
dpkg-query -W near-app near-huge
`;
  const apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"];
  const words = network.words(...apart, "sh", "-c", enter, "sh", clientRoot, script);
  const outcome = await run(...words, {
    deadlineMs,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LC_ALL: "C.UTF-8" },
  });
  if (outcome.code !== 0) throw new Error(describe({ ...outcome, command: "the client" }, 40));
}

/** Where a file is redirected to by http; empty: it isn't. */
export async function redirectOf(client: BareClient, path: string): Promise<string> {
  const format = "%{redirect_url}";
  const { stdout } = await curl(
    client,
    ["-o", "/dev/null", "-w", format],
    `http://${client.name}/${path}`,
  );
  return stdout;
}

/** Asks by https, one request after another on new connections, while it runs. @returns how many weren't answered well */
export async function lostWhile(client: BareClient, work: () => Promise<void>): Promise<number> {
  let isOver = false;
  let lost = 0;
  const asking = (async () => {
    do {
      const format = ["-o", "/dev/null", "-w", "%{http_code}"];
      const { stdout } = await curl(client, format, `https://${client.name}/api/v1/health`);
      if (stdout !== "200") lost += 1;
      // Slower than the packet filter's 50 a second.
      await pause(30);
    } while (!isOver);
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await asking;
  }
  return lost;
}

function curl({ network, address, name }: BareClient, args: string[], url: string) {
  const resolved = ["--resolve", `${name}:80:${address}`, "--resolve", `${name}:443:${address}`];
  // Whose certificate it is, apt has seen already.
  const words = network.words("curl", "-sk", "--max-time", "20", ...resolved, ...args, url);
  return run(...words, { deadlineMs });
}
