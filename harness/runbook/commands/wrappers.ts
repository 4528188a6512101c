/** Programs that run another one, whose words follow their own: `sudo etcdctl member list`. */
import type { ReadWord } from "./word.ts";

/** Each with the options that take the next word as their value. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  sudo: ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T"],
  env: ["-u", "-C", "-S"],
  command: [],
  exec: ["-a"],
  nohup: [],
  nice: ["-n"],
  ionice: ["-c", "-n"],
  time: ["-f", "-o"],
  timeout: ["-k", "-s"],
  setsid: [],
  stdbuf: ["-i", "-o", "-e"],
  xargs: ["-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s"],
};

/** The words from the program on that is run in the end. */
export function withoutWrappers(words: readonly ReadWord[]): readonly ReadWord[] {
  const [head, ...rest] = words;
  const takesValue = head === undefined || !Object.hasOwn(WRAPPERS, head.text) ? undefined : WRAPPERS[head.text];
  if (takesValue === undefined) return words;
  let at = 0;
  for (; at < rest.length; at++) {
    const text = rest[at]?.text ?? "";
    if (takesValue.includes(text)) at++;
    // Options, assignments (env), and a duration (timeout) come before the program.
    else if (!/^-|^\w+=|^\d+(\.\d+)?[smhd]?$/.test(text)) break;
  }
  return withoutWrappers(rest.slice(at));
}
