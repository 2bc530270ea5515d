export { type GatewayReport, ReportError, readReport } from './report.ts';
export { type Standing, standingOf } from './standing.ts';
