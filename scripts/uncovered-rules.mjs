// Lists the numbered rules of the policy language that no vector shows; ends with 1 if there are any.
//   node scripts/uncovered-rules.mjs [DOCUMENT [VECTORS]]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const document = process.argv[2] ?? join(root, 'docs/policy-language.md');
const vectors = process.argv[3] ?? join(root, 'test/vectors');

// A rule is stated where its number stands in bold; elsewhere the number refers to it.
const stated = readFileSync(document, 'utf8').matchAll(/\*\*\[([A-Z]\d+)\]\*\*/g);
const rules = [...new Set([...stated].map(([, number]) => number))];

const files = readdirSync(vectors, { recursive: true }).filter((file) => file.endsWith('.yaml'));
const shown = new Map();
for (const file of files) {
  const { rules: numbers } = parse(readFileSync(join(vectors, file), 'utf8'));
  if (!Array.isArray(numbers)) throw new Error(`${file} does not say which \`rules\` it shows`);
  for (const number of numbers) shown.set(number, file);
}

const uncovered = rules.filter((number) => !shown.has(number));
const unknown = [...shown].filter(([number]) => !rules.includes(number));
for (const number of uncovered) console.error(`${number}: no vector shows this rule`);
for (const [number, file] of unknown) console.error(`${number}: ${file} shows a rule that is not`);
if (uncovered.length + unknown.length > 0) process.exit(1);
console.log(`${rules.length} rules, each with a vector, in ${files.length} files`);
