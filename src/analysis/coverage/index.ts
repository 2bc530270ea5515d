export {
  type Coverage,
  type CoverageLevel,
  coverageCounts,
  coverageLevels,
  coverageOf,
} from './coverage.ts';
