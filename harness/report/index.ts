/** Reports: what people and CI systems read of a judged drill. Pure, but for writing the files. */
export { renderBothPages, renderBothPagesJunit } from "./both-pages.ts";
export { renderControls } from "./controls.ts";
export { renderMatrix } from "./matrix.ts";
export { renderHtml } from "./html.ts";
export { renderJunit, renderSkipped } from "./junit.ts";
export { renderRepeatsVerdict } from "./repeats/verdict.ts";
export { writeRepeatsReports } from "./repeats/write.ts";
export { renderSuiteVerdict } from "./suite/summary.ts";
export { writeSuiteReports } from "./suite/write.ts";
export { renderSummary } from "./summary.ts";
export { renderVerdict, type VerdictOptions } from "./verdict.ts";
export { writeReports, type WriteReportsOptions } from "./write.ts";
