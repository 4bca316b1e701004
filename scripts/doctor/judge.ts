/** What is wrong with a deployment, from the facts. Pure. */
import type { DatabaseFacts, Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { storeFindings } from "./judge-store.ts";

const dayMs = 86_400_000;
/** Mirrors come and go: of a list that is older than this several are gone, ms. */
const oldListMs = 180 * dayMs;
/** Registries move some percent of all addresses in a year, ms. */
const oldDatabaseMs = 365 * dayMs;
/** A thousand clients with two connections each, and a connection to a mirror for each, files. */
const fewOpenFiles = 4096;
/** Signatures and `Valid-Until` are judged by the clock; a machine that asks for the time is within a second, ms. */
const clockOffMs = 60_000;

/** All findings, those that are wrong first. */
export function judgeFacts(facts: Facts): Finding[] {
  const found = [
    ...programFindings(facts),
    ...configFindings(facts),
    ...addressFindings(facts),
    ...storeFindings(facts),
    ...listFindings(facts),
    ...facts.databases.flatMap((database) => databaseFindings(database, facts.now)),
    ...publicUrlFindings(facts),
    ...openFilesFindings(facts),
    ...clockFindings(facts),
    ...networkFindings(facts),
  ];
  return [
    ...found.filter(({ level }) => level === "wrong"),
    ...found.filter(({ level }) => level === "warning"),
  ];
}

function wrong(name: string, says: string, todo: string): Finding {
  return { name, level: "wrong", says, todo };
}

function warning(name: string, says: string, todo: string): Finding {
  return { name, level: "warning", says, todo };
}

function programFindings({ program }: Facts): Finding[] {
  if (!program.hasAuthorities) {
    return [
      wrong(
        "no-authorities",
        "The system has no certificates of authorities, and workerd doesn't start without.",
        "apt-get install ca-certificates",
      ),
    ];
  }
  if ("version" in program.workerd) return [];
  return [
    wrong(
      "workerd",
      `workerd doesn't run on this machine: ${program.workerd.fault}.`,
      "It needs a Linux with glibc 2.35 or newer on the processor that the folder was built for; in a checkout npm ci installs it.",
    ),
  ];
}

function configFindings({ config, uid }: Facts): Finding[] {
  if (config === undefined) return [];
  const found: Finding[] = [];
  if ((config.mode & 0o002) !== 0) {
    found.push(
      wrong(
        "config-writable",
        `Anybody may write the file of settings ${config.path}.`,
        `chmod o-w ${config.path}`,
      ),
    );
  }
  if (config.uid !== 0 && config.uid !== uid) {
    found.push(
      warning(
        "config-owner",
        `The file of settings ${config.path} belongs to user ${config.uid}, neither to root nor to this one.`,
        `chown root ${config.path}`,
      ),
    );
  }
  return found;
}

function addressFindings({ address, settings, command }: Facts): Finding[] {
  const { url, inUse, fault } = address;
  if (fault !== undefined) {
    return [wrong("address", fault, "Change NEARMIRROR_HOST or NEARMIRROR_PORT.")];
  }
  if (inUse === undefined) {
    return [
      wrong(
        "not-running",
        `Nothing listens at ${url}: the service isn't running.`,
        `Start it: systemctl start nearmirror, or ${command} serve. journalctl -u nearmirror says why it ended.`,
      ),
    ];
  }
  if ("fault" in inUse) {
    return [
      wrong(
        "port-taken",
        `Port ${settings.port} is in use, and ${inUse.fault}.`,
        "Look what listens there (ss -ltnp), and end it or change NEARMIRROR_PORT; if it is the service, it hangs: restart it.",
      ),
    ];
  }
  const alarms = Array.isArray(inUse.health.warnings) ? inUse.health.warnings.map(String) : [];
  return alarms.map((alarm) =>
    warning(
      "alarm",
      `The service has an alarm: ${alarm}`,
      "docs/operating/README.md says what to do.",
    ),
  );
}

function listFindings({ list, command, now }: Facts): Finding[] {
  const { folder, fault, errors, mirrors, repositories, changedAt } = list;
  if (fault !== undefined) {
    return [
      wrong(
        "list-unreadable",
        `The mirror list ${folder} can't be read: ${fault}.`,
        "Name it with NEARMIRROR_LIST.",
      ),
    ];
  }
  const found: Finding[] = [];
  const [first] = errors;
  if (first !== undefined) {
    found.push(
      wrong(
        "list-errors",
        `The mirror list has ${errors.length} errors, and changes are not taken up: ${first}`,
        `${command} check tells all.`,
      ),
    );
  } else if (repositories === 0 || mirrors === 0) {
    found.push(
      warning(
        "list-empty",
        `The mirror list ${folder} has ${repositories} repositories and ${mirrors} mirrors: everything comes from the origins, or nothing.`,
        "Add files to it (docs/mirror-list.md).",
      ),
    );
  }
  if (changedAt !== undefined && now - changedAt > oldListMs) {
    found.push(
      warning(
        "list-old",
        `The mirror list was last changed ${days(now - changedAt)} days ago.`,
        `Import the distributions' lists again: ${command} import.`,
      ),
    );
  }
  return found;
}

function databaseFindings(
  { file, isThere, fault, builtAt }: DatabaseFacts,
  now: number,
): Finding[] {
  const todo = "npm run geo-data builds it in a checkout; a built folder has it in share/geo-data.";
  if (!isThere) {
    return [
      warning("database-missing", `There is no ${file}: clients are placed less well.`, todo),
    ];
  }
  if (fault !== undefined) {
    return [warning("database-broken", `${file} can't be read: ${fault}.`, todo)];
  }
  if (builtAt !== undefined && now - builtAt > oldDatabaseMs) {
    const text = `${file} is ${days(now - builtAt)} days old: networks have moved since.`;
    return [warning("database-old", text, "Install a newer version, which brings newer ones.")];
  }
  return [];
}

function publicUrlFindings({ publicUrl, address, settings }: Facts): Finding[] {
  if (publicUrl === undefined) {
    return [
      warning(
        "public-url-missing",
        "PUBLIC_URL is not set: set-up lines name whatever host a request says, and operators of mirrors can't look up who asks.",
        "Set NEARMIRROR_PUBLIC_URL to the URL that clients use.",
      ),
    ];
  }
  const { url, answer } = publicUrl;
  const found: Finding[] = [];
  if ("fault" in answer) {
    found.push(
      wrong(
        "public-url-unreachable",
        `${url} could not be asked from here: ${answer.fault}.`,
        "Look at the name's DNS entry, the firewall and the server in front; some networks can't reach their own public address, and then ask from elsewhere.",
      ),
    );
  } else if (address.inUse !== undefined && "health" in address.inUse) {
    const [there, here] = [listOf(answer.health), listOf(address.inUse.health)];
    if (there !== here) {
      found.push(
        wrong(
          "public-url-elsewhere",
          `${url} leads to another service than the one at ${address.url}: its list has version ${there}, and here it is ${here}.`,
          "Correct NEARMIRROR_PUBLIC_URL, the DNS entry, or what the server in front passes requests to.",
        ),
      );
    }
  }
  // The service speaks http: what is reached by https has something in front.
  if (url.startsWith("https:") && (settings.vars.TRUSTED_PROXIES ?? "") === "") {
    found.push(
      wrong(
        "proxies-missing",
        "PUBLIC_URL is https, so a server stands in front, and TRUSTED_PROXIES is not set: all clients count as that server, in one place.",
        "Set NEARMIRROR_TRUSTED_PROXIES to its addresses, as 127.0.0.0/8,::1/128 on the same machine.",
      ),
    );
  }
  return found;
}

function openFilesFindings({ openFiles }: Facts): Finding[] {
  if (openFiles === undefined || openFiles.hard >= fewOpenFiles) return [];
  return [
    warning(
      "open-files",
      `The ${openFiles.of} may open ${openFiles.hard} files: each client takes one or two.`,
      "Raise it: LimitNOFILE=65536 in the unit, or ulimit -Hn.",
    ),
  ];
}

function clockFindings({ now, program, store, network }: Facts): Finding[] {
  const said = new Date(now).toISOString();
  if (now < program.builtAt) {
    return [
      wrong(
        "clock-behind",
        `The clock says ${said}, which is before this program was built.`,
        "Set it, and have it kept right: apt install systemd-timesyncd or chrony.",
      ),
    ];
  }
  if (store.listVersion !== undefined && store.listVersion > now + clockOffMs) {
    return [
      warning(
        "clock-went-back",
        `The state is from ${new Date(store.listVersion).toISOString()}, and the clock says ${said}: it was ahead then, or is behind now.`,
        "Compare it with a clock that is right; have it kept right by systemd-timesyncd or chrony.",
      ),
    ];
  }
  const offs = (network ?? [])
    .flatMap(({ date }) => (date === undefined ? [] : [date.at - date.said]))
    .sort((a, b) => a - b);
  const middle = offs[Math.floor(offs.length / 2)] ?? 0;
  if (Math.abs(middle) <= clockOffMs) return [];
  const how = middle > 0 ? "ahead of" : "behind";
  return [
    wrong(
      "clock-off",
      `The clock is ${Math.round(Math.abs(middle) / 1000)} s ${how} those of the origins: signed metadata may seem out of date, or not yet valid.`,
      "Have it kept right by systemd-timesyncd or chrony.",
    ),
  ];
}

function networkFindings({ network }: Facts): Finding[] {
  return (network ?? []).flatMap(({ repository, origin, fault }) =>
    fault === undefined
      ? []
      : [
          wrong(
            "origin-unreachable",
            `The origin of ${repository}, ${origin}, could not be asked: ${fault}.`,
            "Look at DNS, the firewall's outbound rules and a proxy that this network may want; curl -I asks the same.",
          ),
        ],
  );
}

/** The version of the list that a service goes by. */
function listOf(health: Record<string, unknown>): unknown {
  return Reflect.get(Object(health.roster), "list");
}

function days(ms: number): number {
  return Math.floor(ms / dayMs);
}
