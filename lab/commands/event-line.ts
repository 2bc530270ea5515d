import { styleText } from 'node:util';
import type { LogEvent } from '../instance/index.ts';

type Style = Parameters<typeof styleText>[0];

/** One line for a reader; colours only where `stream` shows them. */
export function eventLine(event: LogEvent, stream: NodeJS.WriteStream): string {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const text = (field: string) => (event[field] == null ? '' : String(event[field]));
  const time = paint('dim', clockTime(event.time));
  switch (event.event) {
    case 'flow':
    case 'question': {
      const denied = event.decision === 'deny';
      const verdict = denied ? paint('red', '✗ deny ') : paint('green', '✓ allow');
      const kind = event.kind === 'close' ? paint('dim', '· close') : verdict;
      const version = text('policyVersion') && ` ${text('policyVersion')}`;
      const who = `${text('agent') || text('src') || 'unknown'}${paint('dim', version)}`;
      const why = [text('reason'), text('clause')].filter(Boolean).join(' ');
      return [time, kind, who, '→', target(event), paint('dim', why)].join(' ');
    }
    case 'rejected':
      return [time, paint('red', 'rejected'), ...problems(event)].join(' ');
    case 'text':
      return paint('dim', text('text'));
    default: {
      const { time: _, event: name, level, ...rest } = event;
      const style: Style = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'cyan';
      return [time, paint(style, name ?? 'log'), paint('dim', JSON.stringify(rest))].join(' ');
    }
  }
}

function target(event: LogEvent): string {
  if (event.event === 'question') return `DNS ${event.name} ${event.type}`;
  const { dst, protocol, port, names } = event;
  const learned = Array.isArray(names) && names.length > 0 ? ` (${names.join(', ')})` : '';
  return `${dst}${learned} ${protocol}${port == null ? '' : ` ${port}`}`;
}

function problems({ problems }: LogEvent): string[] {
  if (!Array.isArray(problems)) return [];
  return problems.map(({ file, line, column, code, message }) =>
    `\n  ${file}:${line}:${column} ${code} ${message}`.trimEnd(),
  );
}

function clockTime(time: unknown): string {
  const moment = new Date(typeof time === 'number' || typeof time === 'string' ? time : 0);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(11, 23);
}
