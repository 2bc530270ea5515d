import type { Command } from 'commander';
import { editorSchema } from '../policy/index.ts';

const help = `
The package ships the same as schema/sallyport.schema.json. An editor that knows it completes and
explains policies, and marks what \`sallyport check\` would refuse for its shape.

Example, for VS Code with the YAML extension (.vscode/settings.json):
  $ sallyport schema > sallyport.schema.json
  "yaml.schemas": { "./sallyport.schema.json": "policies/**/*.yaml" }

For yaml-language-server anywhere, as the first line of a policy:
  # yaml-language-server: $schema=../sallyport.schema.json`;

/** `sallyport schema`: the JSON Schema of the policy language, for editors. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .summary('print the JSON Schema of the policy language')
    .description(
      'Prints one self-contained JSON Schema (draft 2020-12) of all kinds of documents, and of the network profile in Agent Control Specification manifests.',
    )
    .addHelpText('after', help)
    .action(() => {
      process.stdout.write(`${JSON.stringify(editorSchema(), null, 2)}\n`);
    });
}
