/** Puts the sections of report.html together. Not its business: what a section shows, the document around them (document.ts). */
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { timeAxis } from "./axis.ts";
import { circumstancesSection } from "./circumstances.ts";
import { renderDocument } from "./document.ts";
import { environmentSection } from "./environment.ts";
import { findingsSection } from "./findings.ts";
import { probesSection } from "./probes.ts";
import { runbookSection } from "./runbook.ts";
import { timelineSection } from "./timeline.ts";
import { verdictSection } from "./verdict.ts";
import { writesSection } from "./writes.ts";

/** The whole document. The same ledger and result give the same bytes. */
export function renderPage(ledger: Ledger, result: DrillResult): string {
  const axis = timeAxis(ledger, result);
  return renderDocument({
    title: `${result.outcome.toUpperCase()}: ${result.title} (Drillbook)`,
    main: [
      verdictSection(ledger, result),
      findingsSection(result),
      timelineSection(ledger, result, axis),
      writesSection(ledger, result, axis),
      probesSection(ledger, axis),
      runbookSection(ledger, result),
      circumstancesSection(ledger, result, axis),
      environmentSection(result),
    ],
    footer:
      `Drillbook ${result.environment.drillbook}. Every number is from result.json, which is derived from ledger.ndjson alone; ` +
      "the charts are drawn from the ledger.",
  });
}
