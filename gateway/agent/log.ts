import { styleText } from 'node:util';
import pino from 'pino';
import { harmlessText } from '../../src/policy/index.ts';
import { type LineStream, LineWriter } from './line-writer.ts';

export type Level = 'info' | 'warn' | 'error';
export type LogEntry = Readonly<Record<string, unknown>> & { readonly event: string };

/** Where the gateway says what it does: JSON lines for machines, short lines for a person at a terminal. */
export type Log = (level: Level, entry: LogEntry) => void;

/** A terminal, a pipe or a file. */
type LogStream = LineStream & NodeJS.WritableStream & { readonly isTTY?: boolean };

/** @param json JSON lines even on a terminal */
export function createLog(stream: LogStream, json: boolean): Log {
  const writer = new LineWriter(stream);
  const asText = stream.isTTY && !json;
  const format = asText
    ? (level: Level, entry: LogEntry) => `${terminalLine(level, entry, stream)}\n`
    : jsonLines();
  const lost = (lines: number) =>
    format('warn', { event: 'lost-lines', lines, message: `${lines} lines of this log were lost` });
  return (level, entry) => writer.write(format(level, entry), lost);
}

function jsonLines(): (level: Level, entry: LogEntry) => string {
  let line = '';
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (text) => {
        line = text;
      },
    },
  );
  return (level, entry) => {
    logger[level](entry);
    return line;
  };
}

const marks = { info: ' ', warn: '!', error: '✗' } as const;

function terminalLine(level: Level, entry: LogEntry, stream: LogStream): string {
  const time = new Date().toISOString().slice(11, 23);
  const text = harmlessText(describe(entry));
  const denied = entry.decision === 'deny' || level === 'error';
  const style = denied ? 'red' : level === 'warn' ? 'yellow' : 'reset';
  return `${styleText('dim', time, { stream })} ${marks[level]} ${styleText(style, text, { stream })}`;
}

function describe(entry: LogEntry): string {
  if (entry.event === 'flow') {
    const { decision, kind, agent, src, dst, port, protocol, clause, reason, policyVersion } =
      entry;
    const to = port === undefined ? `${dst}` : `${hostPort(String(dst), Number(port))}`;
    const names = Array.isArray(entry.names) && entry.names.length > 0 ? ` (${entry.names})` : '';
    const verb = kind === 'close' ? 'closed' : decision;
    return `${verb} ${agent ?? src} → ${to}${names} ${protocol}: ${clause ?? reason} v${policyVersion ?? '–'}`;
  }
  if (entry.event === 'question') {
    const { decision, agent, name, type, clause, reason } = entry;
    return `${decision} ${agent} asks ${name} ${type}: ${clause ?? reason}`;
  }
  return String(entry.message ?? entry.event);
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
