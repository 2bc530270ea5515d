export { bumpProblems } from './bump-problems.ts';
export { type VersionBump, type VersionBumpOptions, versionBumps } from './version-bumps.ts';
