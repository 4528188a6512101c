/** `report.html`. The page and its charts are loaded only when one is rendered: that takes about half a second. */
import type { DrillResult } from "../integrity/index.ts";
import type { Ledger } from "../ledger/index.ts";

/**
 * One self-contained page: no network, no JavaScript. Its numbers are those of the result; the ledger gives the series
 * of the charts, the page that was followed, and the output of its steps.
 */
export async function renderHtml(ledger: Ledger, result: DrillResult): Promise<string> {
  const { renderPage } = await import("./html/page.ts");
  return renderPage(ledger, result);
}
