/** Makes text from outside safe to show on a terminal. Not its business: reports (report/ escapes for each format of its own). */

/**
 * The text on one line, with everything that a terminal could act on made visible as an escape: control characters, ANSI sequences, marks that
 * turn the direction of text or take no room, line separators.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\t":
        return " ";
      default:
        return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
    }
  });
}

/** The same for a text of several lines: its line ends stay. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join("\n");
}
