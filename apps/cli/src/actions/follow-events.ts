import { type EventFilter, openClient, UnreachableError } from '@tsnet/api';
import { InvalidValueError, NoDaemonError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { formatJson } from '../output/json.ts';
import { holdSignals } from '../signals.ts';
import { eventFilters, eventText } from '../views/event-view.ts';

/** The options of `tsnet events`, as they were typed. */
export interface EventsOptions {
  readonly type?: readonly string[];
  readonly network?: string;
  readonly after?: string;
}

/** `tsnet events`: until it is asked to end, or nobody reads. */
export async function followEvents(invocation: Invocation, options: EventsOptions): Promise<void> {
  const { command, output, socket } = invocation;
  const types = options.type?.map(parseType);
  if (socket === undefined) throw new NoDaemonError(command, 'and none is asked');
  const { network, after } = options;
  using signals = holdSignals();
  await using client = openClient({ socket });
  const events = client.events({
    signal: signals.signal,
    ...(types === undefined ? {} : { types }),
    ...(network === undefined ? {} : { network }),
    ...(after === undefined ? {} : { after }),
  });
  try {
    await output.stream(linesOf(events, output.json ? formatJson : eventText));
  } catch (error) {
    const isAbsent = error instanceof UnreachableError && error.isAbsent;
    throw isAbsent ? new NoDaemonError(command, `and none listens at ${socket}`, error) : error;
  }
}

async function* linesOf<T>(items: AsyncIterable<T>, format: (item: T) => string) {
  for await (const item of items) yield `${format(item)}\n`;
}

function parseType(text: string): NonNullable<EventFilter['types']>[number] {
  if (eventFilters.includes(text)) return text as NonNullable<EventFilter['types']>[number];
  const hint = `Give one of: ${eventFilters.join(', ')}.`;
  throw new InvalidValueError('--type', text, 'there are no such events', hint);
}
