/**
 * Names that say that what they name is secret, and the values beside them: `export X_TOKEN=…`, `"password": "…"`,
 * `--token …`, and a name and its value in a manifest. Pure.
 */
import { placeholder, type SecretSpan } from "./secret-span.ts";

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A shorter value would be found in half the words of a page. */
const KNOWN_VALUE_MIN_CHARACTERS = 6;

const SECRET_WORD =
  "(?:token|password|passwd|passphrase|secret|credentials?|(?:api|access|private|secret|encryption|certificate)[_-]?key)";

/** The name of a variable, whole. */
const SECRET_VARIABLE = new RegExp(`${SECRET_WORD}$|_KEY$|^KEY$`, "i");

/** Names that end in such a word and name something that everybody may know. */
const NOT_SECRET = /initial[_-]cluster[_-]token$|auth[_-]token$/i;

/** What stands beside such a name and is no secret: nothing, a variable, a file, a blank to fill in, a placeholder. */
const NOT_A_VALUE = /^["']?(?:[$/~<([{*%`.\\]|(?:true|false|null|none|string|simple)?["']?$)/i;

const NAME = `[\\w.-]{0,64}?${SECRET_WORD}`;
const VALUE = `"(?:[^"\\\\\\n]|\\\\[^\\n]){1,4096}"|'[^'\\n]{1,4096}'|[^\\s"',;&|)}\\]]{1,4096}`;
const BOUNDARY = "(?<![\\w.-])";

/** Each: (what stands before the value, with the name in it) (name) (value). */
const PATTERNS: readonly RegExp[] = [
  new RegExp(`${BOUNDARY}((${NAME})["']?(?:=|[ \\t]{1,8}=[ \\t]{1,8}))(${VALUE})`, "gi"),
  new RegExp(`${BOUNDARY}((${NAME})["']?[ \\t]{0,8}:[ \\t]{0,8})(?=["'][^"'\\n]|[^\\s"']{6})(${VALUE})`, "gi"),
  new RegExp(`${BOUNDARY}((--?${NAME})[ \\t]{1,8})(?!-)(${VALUE})`, "gi"),
  // An option and its value as two words in JSON, as a start command is shown.
  new RegExp(`${BOUNDARY}((--?${NAME})",[ \\t]{0,4}")([^"\\n]{1,4096})(?=")`, "gi"),
  // Only in capitals: etcdctl prints "key=" and "Key :" before what it stores.
  new RegExp(`${BOUNDARY}(([A-Z0-9_]{0,64}_KEY)=)(${VALUE})`, "g"),
  new RegExp(
    `(?<!\\w)(name["']?[ \\t]{0,8}:[ \\t]{0,8}["']?(${NAME}|[A-Z0-9_]{0,64}_KEY)["']?[ \\t]{0,8},?[ \\t]{0,8}\\r?\\n?[ \\t]{0,64}["']?value["']?[ \\t]{0,8}:[ \\t]{0,8})(${VALUE})`,
    "gi",
  ),
];

/** One of these is part of every such name, in small letters. Looking for words is far cheaper than for names. */
const HINTS: readonly string[] = [
  "token",
  "passw",
  "passphrase",
  "secret",
  "credential",
  "_key",
  "apikey",
  "api-key",
].concat(["access", "private", "encryption", "certificate"].flatMap((kind) => [`${kind}key`, `${kind}-key`]));

/** Values whose names say that they are secret, each with its name before it; `small` is the text in small letters. */
export function namedSecrets(text: string, small: string = text.toLowerCase()): SecretSpan[] {
  if (!HINTS.some((hint) => small.includes(hint))) return [];
  return PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match): readonly SecretSpan[] => {
      const [whole, before = "", name = "", value = ""] = match;
      if (NOT_SECRET.test(name) || NOT_A_VALUE.test(value)) return [];
      return [{ start: match.index, end: match.index + whole.length, instead: before + placeholder("named a secret") }];
    }),
  );
}

/** Whether the value of a variable of this name is to be kept secret. */
function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name) && !NOT_SECRET.test(name);
}

/** The values of the variables that are secret by their name, a path or something very short aside. */
export function secretValues(environment: Environment): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value = ""]) =>
    isSecretVariable(name) && value.length >= KNOWN_VALUE_MIN_CHARACTERS && !NOT_A_VALUE.test(value) ? [value] : [],
  );
  return [...new Set(values)];
}
