export { testsJunit } from './tests-junit.ts';
export { testsTap } from './tests-tap.ts';
export { testsText } from './tests-text.ts';
