import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretFinder } from "./secrets.ts";
import { secretStream } from "./secret-stream.ts";

/** Put together here, so that no scanner takes this file for one that holds a key. */
const pem = (kind: string, body: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----`;
const BODY = Array.from({ length: 20 }, (_, line) =>
  `MIIEvQ${String(line).padStart(2, "0")}`.padEnd(64, "abcdefghij"),
).join("\n");
const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${BODY}\n-----END CERTIFICATE-----`;
const inBase64 = (text: string): string => Buffer.from(text).toString("base64");
const finder = secretFinder();
const redact = (text: string): string => finder.redact(text).text;

describe("is replaced, and what stands around it stays", () => {
  test.each([
    ["a private key", `a\n${pem("", BODY)}\nb`, "a\n[secret left out: private key]\nb"],
    ["of any kind", `x ${pem("RSA ", BODY)} y`, "x [secret left out: private key] y"],
    ["indented in a manifest", pem("EC ", BODY).replaceAll("\n", "\n    "), "[secret left out: private key]"],
    ["in one line of JSON", JSON.stringify({ key: pem("", BODY) }), '{"key":"[secret left out: private key]"}'],
    ["without its end", pem("", BODY).slice(0, 200), "[secret left out: private key]"],
    [
      "in base64, as in a kubeconfig",
      `client-key-data: ${inBase64(pem("", BODY))}\n`,
      "client-key-data: [secret left out: private key]\n",
    ],
    ["a bearer token", "Bearer abcdef0123 x", "Bearer [secret left out: bearer token] x"],
    [
      "a header",
      "> Authorization: Basic cm9vdDpyb290\r\n",
      "> Authorization: Basic [secret left out: credentials]\r\n",
    ],
    ["a JSON web token", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.", "got [secret left out: token]."],
    [
      "kubeadm's token",
      "kubeadm join 10.0.0.1:6443 --x abcdef.0123456789abcdef\n",
      "kubeadm join 10.0.0.1:6443 --x [secret left out: token]\n",
    ],
    [
      "a password in a URL",
      "https://root:hunter2@127.0.0.1:2379/",
      "https://root:[secret left out: password]@127.0.0.1:2379/",
    ],
    ["etcdctl's user", "etcdctl --user root:hunter2 get a", "etcdctl --user root:[secret left out: password] get a"],
    ["a variable", "ETCDCTL_PASSWORD=hunter2 x", "ETCDCTL_PASSWORD=[secret left out: named a secret] x"],
    ["a variable in quotes", `export my_token="a b" x`, "export my_token=[secret left out: named a secret] x"],
    ["a key in a variable", "S3_KEY=abc", "S3_KEY=[secret left out: named a secret]"],
    ["JSON", '{"password":"a\\"b","x":1}', '{"password":[secret left out: named a secret],"x":1}'],
    ["YAML", "  secret: hunter2\n", "  secret: [secret left out: named a secret]\n"],
    ["an option", "--token abc --x", "--token [secret left out: named a secret] --x"],
    [
      "a manifest",
      "- name: DB_PASSWORD\n  value: hunter2\n",
      "- name: DB_PASSWORD\n  value: [secret left out: named a secret]\n",
    ],
    [
      "a manifest in JSON",
      '{"name":"A_TOKEN","value":"x"}',
      '{"name":"A_TOKEN","value":[secret left out: named a secret]}',
    ],
  ])("%s", (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(finder.redact(expected)).toEqual({ text: expected, replaced: 0 });
    expect(finder.redact(text).replaced).toBe(1);
  });
});

test.each([
  ["a certificate", CERTIFICATE],
  ["a certificate in base64", `certificate-authority-data: ${inBase64(CERTIFICATE)}`],
  [
    "etcd's cluster token, which is no secret",
    "--initial-cluster-token=etcd-cluster ETCD_INITIAL_CLUSTER_TOKEN=x --auth-token=simple",
  ],
  ["the path of a key", "ETCDCTL_KEY=/home/n1/client.key --key /home/n1/client.key --password ~/p TOKEN=./t"],
  ["a variable of the shell", 'TOKEN="$(cat t)" PASSWORD=$1 SECRET=${x}'],
  ["a blank to fill in", "--token <token> --password [password]"],
  ["what etcdctl says of keys", '"Key" : "a"\nkey=abc\n{"key":"Zm9v","kvs":[]}'],
  ["a member and its id", "8e9e05c52164694d, started, n1, https://127.0.50.1:2380, https://127.0.50.1:2379, false"],
  ["an empty password", "PASSWORD= x\npassword: ''\n"],
  ["a count of tokens", "tokens: 5\nsecrets=3"],
  ["prose", "the token of the cluster, a secret: no"],
])("stays: %s", (_what, text) => {
  expect(finder.redact(text)).toEqual({ text, replaced: 0 });
});

test("the values of variables with such names are found wherever they stand, in bytes too", () => {
  const known = secretFinder({
    CI_TOKEN: "grüße-dich",
    A_KEY: "/etc/key",
    B_KEY: "k3y-of-b",
    PASSWORD: "abc",
    HOME: "/home/me",
    ETCD_INITIAL_CLUSTER_TOKEN: "etcd-cluster",
  });
  expect(known.redact("x grüße-dich k3y-of-b /etc/key abc /home/me etcd-cluster")).toEqual({
    text: "x [secret left out: value of a variable] [secret left out: value of a variable] /etc/key abc /home/me etcd-cluster",
    replaced: 2,
  });
  const bytes = Buffer.from("x grüße-dich").toString("latin1");
  expect(known.redact(bytes, "latin1").text).toBe("x [secret left out: value of a variable]");
});

describe("a stream", () => {
  const through = (bytes: Buffer, chunkBytes: number, over = finder): { text: Buffer; replaced: number } => {
    const stream = secretStream(over);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += chunkBytes) parts.push(stream.write(bytes.subarray(at, at + chunkBytes)));
    parts.push(stream.end());
    return { text: Buffer.concat(parts), replaced: stream.replaced() };
  };
  const SECRETS = [
    pem("", BODY),
    pem("RSA ", Array.from({ length: 9 }, () => BODY).join("\n")),
    "TOKEN=hunter2-hunter2",
    "- name: X_SECRET\n  value: hunter2-hunter2",
    `key-data: ${inBase64(pem("", BODY))}`,
    "Bearer hunter2-hunter2",
    "value-of-the-variable",
  ];
  const known = secretFinder({ MY_TOKEN: "value-of-the-variable" });
  const part = fc.oneof(
    fc.constantFrom(...SECRETS).map((secret) => Buffer.from(`\n${secret}\n`)),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("x".repeat(9000), "line\n".repeat(3000), "\n", "y ".repeat(20_000))
      .map((text) => Buffer.from(text)),
  );

  test("says the same however it is cut into chunks, and lets no secret through", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.constantFrom(1, 7, 63, 1000, 8191, 65_536),
        (parts, chunkBytes) => {
          const bytes = Buffer.concat(parts);
          const expected = known.redact(bytes.toString("latin1"), "latin1");
          const seen = through(bytes, Math.max(chunkBytes, Math.ceil(bytes.length / 2000)), known);
          expect(seen.text.toString("latin1")).toBe(expected.text);
          expect(seen.replaced).toBe(expected.replaced);
          expect(seen.text.toString()).not.toMatch(/hunter2|MIIEvQ|value-of-the-variable/);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("what is no secret comes out byte by byte as it went in", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 500 }), (bytes, chunkBytes) => {
        const plain = Buffer.from(bytes.filter((byte) => byte < 0x30 || byte > 0x7f));
        expect(through(plain, chunkBytes)).toEqual({ text: plain, replaced: 0 });
      }),
    );
  });

  test("an endless line and a key without an end hold back a bounded part", () => {
    const stream = secretStream(finder);
    let out = 0;
    const chunk = Buffer.alloc(100_000, "A");
    stream.write(Buffer.from(pem("", "").slice(0, 27)));
    for (let turn = 1; turn <= 20; turn++) {
      out += stream.write(chunk).length;
      expect(turn * chunk.length - out).toBeLessThan(50_000);
    }
  });
});
