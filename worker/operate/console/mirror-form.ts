/** A mirror's entry as a form: a field for what people set, and from the fields the entry. */
import { type Html, html } from "../../http/html.ts";
import type { Site } from "../../list/site.ts";
import type { FormError } from "../form-notes.ts";

/** A field of the form, and the place in the entry that it is for. */
interface Field {
  name: string;
  label: string;
  /** JSON pointer. */
  pointer: string;
  hint?: string;
  type?: "url" | "number";
  placeholder?: string;
  isRequired?: true;
  maxLength?: number;
}

/** What a fresh mirror has where nobody knows better, Mbit/s: `capacity` of the list's schema. */
const usualCapacity = 1000;

const nameField: Field = {
  name: "name",
  label: "Name",
  pointer: "/name",
  isRequired: true,
  placeholder: "ftp.example.org",
  hint: "The host's name, as a rule: small letters, digits, dots and hyphens. It can't be changed later.",
  maxLength: 100,
};

const fields: readonly Field[] = [
  {
    name: "https",
    label: "Base URL by https",
    pointer: "/base/https",
    placeholder: "https://ftp.example.org/",
    hint: "Ends in a slash. At least one of https and http.",
  },
  {
    name: "http",
    label: "Base URL by http",
    pointer: "/base/http",
    placeholder: "http://ftp.example.org/",
  },
  {
    name: "rsync",
    label: "Base URL by rsync",
    pointer: "/base/rsync",
    placeholder: "rsync://ftp.example.org/",
  },
  {
    name: "country",
    label: "Country",
    pointer: "/country",
    placeholder: "DE",
    hint: "Two letters, ISO 3166-1 (the United Kingdom is GB).",
    maxLength: 2,
  },
  { name: "city", label: "City", pointer: "/city" },
  {
    name: "latitude",
    label: "Latitude",
    pointer: "/latitude",
    type: "number",
    hint: "Degrees north. Left out with the other: as near as the country tells.",
  },
  {
    name: "longitude",
    label: "Longitude",
    pointer: "/longitude",
    type: "number",
    hint: "Degrees east.",
  },
  {
    name: "capacity",
    label: "Capacity, Mbit/s",
    pointer: "/capacity",
    type: "number",
    hint: `What it offers: among mirrors that are about as near, clients are shared by it. Left out: ${usualCapacity}.`,
  },
  {
    name: "contact",
    label: "Contact",
    pointer: "/contact",
    hint: "An address or a page. Not published.",
    maxLength: 200,
  },
  { name: "note", label: "Note", pointer: "/note", hint: "Not published." },
];

const numbers = new Set(["latitude", "longitude", "capacity"]);

/** What the form shows. */
export interface ShownEntry {
  /** Text of each field, by its name; paths as `path.REPOSITORY`. */
  value(field: string): string;
  repositories: readonly { name: string; title: string }[];
  errors: readonly FormError[];
  /** The name can be chosen. */
  isNew: boolean;
}

/** Fields of an entry, for a form around them; each error stands at its field. */
export function entryFields({ value, repositories, errors, isNew }: ShownEntry): Html {
  const shown = isNew ? [nameField, ...fields] : fields;
  const paths = repositories.map(
    ({ name, title }): Field => ({
      name: `path.${name}`,
      label: title === name ? name : `${name} (${title})`,
      pointer: `/repositories/${name}`,
    }),
  );
  const all = [...shown, ...paths];
  const first = errors.map((one) => fieldOf(one, all)?.name).find((name) => name !== undefined);
  const draw = (field: Field) => {
    const own = errors.filter((one) => fieldOf(one, all) === field).map((one) => one.detail);
    return fieldOfForm(field, { value: value(field.name), own, isFirst: field.name === first });
  };
  return html`<div class="fields">${shown.map(draw)}</div>
<fieldset><legend>Repositories and their paths</legend>
<p class="quiet" id="paths">The path below the base URL, such as <code>debian/</code>; <code>/</code> where the repository is at the base URL itself. What is left empty isn't carried.</p>
<div class="fields">${paths.map(draw)}</div></fieldset>`;
}

function fieldOfForm(
  { name, label, hint, type, placeholder, isRequired, maxLength }: Field,
  { value, own, isFirst }: { value: string; own: readonly string[]; isFirst: boolean },
): Html {
  const id = `f-${name}`;
  const isWrong = own.length > 0;
  const about = [
    isWrong && `${id}-wrong`,
    hint !== undefined && `${id}-hint`,
    name.startsWith("path.") && "paths",
  ].filter((one) => one !== false);
  return html`<div><label for="${id}">${label}</label><input id="${id}" name="${name}" type="text" value="${value}" autocomplete="off" autocapitalize="none" spellcheck="false"${type === "number" && html` inputmode="decimal"`}${placeholder !== undefined && html` placeholder="${placeholder}"`}${isRequired && html` required`}${maxLength !== undefined && html` maxlength="${maxLength}"`}${about.length > 0 && html` aria-describedby="${about.join(" ")}"`}${isWrong && html` aria-invalid="true"`}${isFirst && html` autofocus`}>${isWrong && html`<span class="wrong" id="${id}-wrong">${own.join(" ")}</span>`}${hint !== undefined && html`<span class="quiet" id="${id}-hint">${hint}</span>`}</div>
`;
}

/** The field whose place an error is at, or in. `/base` itself is told where the first URL is asked for. */
function fieldOf({ pointer }: FormError, all: readonly Field[]): Field | undefined {
  if (pointer === "/base") return all.find(({ name }) => name === "https");
  return all.find((one) => pointer === one.pointer || pointer.startsWith(`${one.pointer}/`));
}

/** Errors that no field shows: they stand at the head of the form. */
export function errorsElsewhere(
  errors: readonly FormError[],
  repositories: readonly { name: string }[],
): FormError[] {
  const all = [
    nameField,
    ...fields,
    ...repositories.map(({ name }) => ({ name, label: name, pointer: `/repositories/${name}` })),
  ];
  return errors.filter((one) => fieldOf(one, all) === undefined);
}

/** The texts of an entry's fields, as the form shows them. */
export function textsOf(site: Site): Map<string, string> {
  const { base, country, city, latitude, longitude, capacity, contact, note } = site;
  const simple = { ...base, country, city, latitude, longitude, capacity, contact, note };
  const texts = Object.entries(simple).map(
    ([name, value]) => [name, value === undefined ? "" : String(value)] as const,
  );
  const paths = Object.entries(site.repositories).map(
    ([name, { path }]) => [`path.${name}`, path === "" ? "/" : path] as const,
  );
  return new Map([...texts, ...paths]);
}

/**
 * The entry that the form's fields say.
 *
 * @param before what it was: fields that the form doesn't have stay; absent: it is new
 */
export function entryOf(
  name: string,
  form: URLSearchParams,
  before?: Site,
): Record<string, unknown> {
  const text = (field: string) => (form.get(field) ?? "").trim();
  const entry: Record<string, unknown> = { ...before, name };
  for (const { name: field } of fields) {
    if (["https", "http", "rsync"].includes(field)) continue;
    if (text(field) === "") delete entry[field];
    else entry[field] = numbers.has(field) ? numberOrText(text(field)) : text(field);
  }
  if (typeof entry.country === "string") entry.country = entry.country.toUpperCase();
  entry.base = Object.fromEntries(
    ["https", "http", "rsync"].flatMap((scheme) =>
      text(scheme) === "" ? [] : [[scheme, withSlash(text(scheme))]],
    ),
  );
  entry.repositories = Object.fromEntries(
    [...form]
      .filter(([field, path]) => field.startsWith("path.") && path.trim() !== "")
      .map(([field, path]) => {
        const repository = field.slice("path.".length);
        return [repository, { ...before?.repositories[repository], path: pathOf(path.trim()) }];
      }),
  );
  return entry;
}

/** What is no number is told as such by the list's own check. */
function numberOrText(text: string): number | string {
  const value = Number(text.replace(",", "."));
  return Number.isFinite(value) ? value : text;
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

/** As the list has paths: without a leading slash, with one behind; empty at the base URL itself. */
function pathOf(text: string): string {
  const path = text.replace(/^\/+/, "");
  return path === "" ? "" : withSlash(path);
}
