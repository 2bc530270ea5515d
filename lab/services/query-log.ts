import { readFile } from 'node:fs/promises';

/** How many questions whose name holds `label` a DNS server has logged: its own record of what reached it. */
export async function questionsLogged(log: string, label: string): Promise<number> {
  const wanted = label.toLowerCase();
  const lines = (await readFile(log, 'utf8')).split('\n');
  return lines.filter((line) => {
    const question = /info: \S+ (\S+) \S+ IN$/.exec(line.trim());
    return question?.[1]?.toLowerCase().includes(wanted) ?? false;
  }).length;
}
