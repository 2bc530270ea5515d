export { byAddress, byName } from './allowed.ts';
export { type Attempt, isAsExpected, type Scenario, ungoverned } from './attempt.ts';
export { byDefault, byGuardrail, byOwnDeny, deniedScenarios, lateralMove } from './denied.ts';
export { applyEdit, brokenEdit, freezeLedger, grantLedger, type PolicyEdit } from './edits.ts';
export { ledgerAccess, type Proposal, slip, thaw } from './proposals.ts';
export { type Finding, runScenario } from './run-scenario.ts';
export { openSession, type Session, startKnocking } from './sessions.ts';
export { allRefused, ledgerMoved, stillEnforced } from './still-enforced.ts';
export { dnsTunnel, dnsTunnelUngoverned, tunnelMarks, tunnelName } from './tunnel.ts';
