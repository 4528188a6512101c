/** For tests: text from outside at its worst, and a way to put it everywhere at once. */

/** What a key name, an output or a message may hold. */
export const HOSTILE: readonly string[] = [
  "<script>alert(1)</script>",
  "</style><script>alert(1)</script>",
  "\"><img src=x onerror=alert(1)> ' onload='x",
  "]]> and once more ]]><evil/> ]]>",
  "<!-- --> <![CDATA[ & &lt; &#0; &nope;",
  "\u0000\u0001\u0008\u000b\u001f\u007f\u0085\u009b31m",
  "\u001b[31mred\u001b[0m \u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u001b[2J",
  "\u202egnp.exe\u202c \u2066x\u2069 \u200f \ufeff \u2028",
  "lone \ud800 and \udc00, not a character \uffff",
  "a | b \n| c | d |\n\n# heading\r\n```\nfence\n```",
  "`tick` *bold* [link](javascript:alert(1)) ![p](http://example.invalid/p.png) <http://example.invalid>",
  "https://example.invalid/x @everyone #1 www.example.invalid ~~s~~ $x$",
  "url(http://example.invalid/x) ; background: red",
];

/** Words of a result or a ledger that its readers branch on, and text that is rendered as Markdown (tested on its own). */
const NOT_FROM_OUTSIDE: ReadonlySet<string> = new Set(
  "kind outcome phase event actor op when status proof isolation part checkId pass text control startedAt".split(" "),
);

/** A copy in which every string from outside is `text`. */
export function spoiled<T>(value: T, text: string): T {
  const copy = structuredClone(value);
  spoil(copy, text);
  return copy;
}

function spoil(value: unknown, text: string): void {
  if (typeof value !== "object" || value === null) return;
  const isNamed = "limit" in value;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object") spoil(inner, text);
    // The id of an objective is one of two words; every other id is a name from outside.
    else if (typeof inner === "string" && !NOT_FROM_OUTSIDE.has(key) && !(isNamed && key === "id"))
      Reflect.set(value, key, text);
  }
}
