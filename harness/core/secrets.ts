/**
 * What looks like a secret in a text, and its replacement, before anything of it is written. Pure.
 * It changes only what people read: no exit code, count or time is ever taken from a text that went through here.
 * What it cannot see (a secret without a name and without a form of its own) stands in docs/robustness.md.
 */
import { namedSecrets, secretValues, type Environment } from "./secret-names.ts";
import { placeholder, type SecretSpan } from "./secret-span.ts";

/** A text without its secrets. */
export interface Redacted {
  readonly text: string;
  /** How many were replaced. */
  readonly replaced: number;
}

/** Finds secrets in a text. In `latin1` a text stands for bytes: one character each. */
export interface SecretFinder {
  find(text: string, reading?: "text" | "latin1"): readonly SecretSpan[];
  redact(text: string, reading?: "text" | "latin1"): Redacted;
}

/** No private key in PEM is longer: RSA with 16,384 bits takes 12,700 characters. */
const PEM_MAX_CHARACTERS = 16_384;

/** No secret that is found is longer: a PEM of that size once more in base64. */
export const SECRET_MAX_CHARACTERS = 24_000;

/** The beginning of a private key; also one whose end has not come, or was cut off. */
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;
const PEM_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;

/** One form of secret. The first group, where there is one, is what stands before the secret and stays. */
interface Form {
  readonly what: string;
  /** Part of every text that holds one, in small letters: most texts hold none, and looking for a word is a hundred times cheaper. */
  readonly hint: string;
  readonly pattern: RegExp;
  /** Whether what was matched is one indeed. */
  readonly is?: (secret: string) => boolean;
}

const FORMS: readonly Form[] = [
  {
    what: "private key",
    hint: "ls0tls1crudjti",
    pattern: /()(LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,22000}={0,2})/g,
    is: isEncodedKey,
  },
  {
    what: "bearer token",
    hint: "bearer",
    pattern: /(?<![\w-])(Bearer[ \t]{1,8})([\w.~+/-]{8,4096}={0,2})/gi,
    is: (token) => /\d/.test(token) || token.length >= 20,
  },
  {
    what: "credentials",
    hint: "authorization",
    pattern: /(?<![\w-])(Authorization["']?:[ \t]{0,8}["']?\w{1,16}[ \t]{1,8})([^\s"'[][^\s"']{0,4095})/gi,
  },
  { what: "token", hint: "eyj", pattern: /(?<![\w-])()(eyJ[\w-]{8,4096}\.[\w-]{8,8192}(?:\.[\w-]{1,4096})?)/g },
  { what: "token", hint: "gh", pattern: /(?<![\w-])()(gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})/g },
  // kubeadm's bootstrap token: an id and a secret (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens).
  { what: "token", hint: ".", pattern: /(?<![A-Za-z0-9.])()([a-z0-9]{6}\.[a-z0-9]{16})(?!\.?[A-Za-z0-9])/g },
  {
    what: "password",
    hint: "://",
    pattern: /(?<![\w+.-])([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:)([^\s/@[]{1,512})(?=@)/gi,
  },
  // etcdctl takes user and password in one word.
  {
    what: "password",
    hint: "user",
    pattern: /(?<![\w-])((?:--user|ETCDCTL_USER)(?:=|[ \t]{1,8})["']?[\w.-]{1,64}:)([^\s"'[]{1,512})/g,
  },
];

/** A finder that also knows the values of the variables whose names say that they are secret. */
export function secretFinder(...environments: readonly Environment[]): SecretFinder {
  const values = environments.flatMap(secretValues);
  const asText = anyOf(values);
  const asBytes = anyOf(values.map((value) => Buffer.from(value).toString("latin1")));
  const find: SecretFinder["find"] = (text, reading = "text") => {
    const small = text.toLowerCase();
    const found = [...(small.includes("private key") ? pemKeys(text) : []), ...namedSecrets(text, small)];
    for (const { what, hint, pattern, is } of FORMS) {
      if (!small.includes(hint)) continue;
      for (const match of text.matchAll(pattern)) {
        const [whole, before = "", secret = ""] = match;
        if (is === undefined || is(secret)) {
          found.push({ start: match.index, end: match.index + whole.length, instead: before + placeholder(what) });
        }
      }
    }
    const known = reading === "text" ? asText : asBytes;
    for (const match of known === null ? [] : text.matchAll(known)) {
      found.push({
        start: match.index,
        end: match.index + match[0].length,
        instead: placeholder("value of a variable"),
      });
    }
    return apart(found);
  };
  return {
    find,
    redact: (text, reading) => replaceSpans(text, find(text, reading)),
  };
}

/** The text with the spans replaced; they must be in order and apart, as `find` gives them. */
export function replaceSpans(text: string, spans: readonly SecretSpan[]): Redacted {
  if (spans.length === 0) return { text, replaced: 0 };
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, instead } of spans) {
    parts.push(text.slice(at, start), instead);
    at = end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), replaced: spans.length };
}

/** Every private key in PEM. Without its end it reaches as far as a key can. */
function pemKeys(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const begin of text.matchAll(PEM_BEGIN)) {
    if (begin.index < (spans.at(-1)?.end ?? 0)) continue;
    PEM_END.lastIndex = begin.index;
    const closing = PEM_END.exec(text);
    const limit = Math.min(text.length, begin.index + PEM_MAX_CHARACTERS);
    const end = closing === null ? limit : Math.min(limit, closing.index + closing[0].length);
    spans.push({ start: begin.index, end, instead: placeholder("private key") });
  }
  return spans;
}

/** A kubeconfig holds keys and certificates in base64; certificates may be seen. */
function isEncodedKey(text: string): boolean {
  return Buffer.from(text.slice(0, 96), "base64").toString("latin1").includes("PRIVATE KEY");
}

function anyOf(values: readonly string[]): RegExp | null {
  if (values.length === 0) return null;
  const longestFirst = values.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((value) => RegExp.escape(value)).join("|"), "g");
}

/** In order and without overlap: spans that touch one secret are one, and read as the widest of them. */
function apart(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const result: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { ...last, end: span.end };
  }
  return result;
}
