import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import { lookUpLiteral } from '../look-up-literal.ts';
import { frameForTcp, TcpMessages } from '../wire/tcp-messages.ts';
import { isAnswerTo, isTruncated, type Question } from './question.ts';

/** Where a server is. */
export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** How an attempt ended: with an answer, with silence, or with word that nobody is there. */
export type Outcome = Buffer | 'silence' | 'nobody';

/** Waits for the end of an attempt: what is called first counts. */
type Attempt = (settle: (outcome: Outcome) => void) => () => void;

/**
 * Puts a question to a server, over UDP, and over TCP if the answer has no room in a datagram. Each question has a socket
 * of its own, whose port the kernel chooses at random; what comes from elsewhere, or answers something else, is passed over.
 *
 * @param signal - ends it; it then resolves as `silence`.
 */
export async function ask(
  server: ServerAddress,
  question: Question,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const answer = await attempt(overUdp(server, question), timeoutMs, signal);
  if (typeof answer === 'string' || !isTruncated(answer)) return answer;
  const whole = await attempt(overTcp(server, question), timeoutMs, signal);
  // The client, too, can be told that there is more.
  return typeof whole === 'string' ? answer : whole;
}

function attempt(start: Attempt, timeoutMs: number, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    let isOver = false;
    let stop: (() => void) | undefined;
    const settle = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      stop?.();
      resolve(outcome);
    };
    const onAbort = () => settle('silence');
    const timer = setTimeout(onAbort, timeoutMs);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return settle('silence');
    try {
      stop = start(settle);
    } catch {
      // Without a socket, nobody can be asked.
      settle('nobody');
    }
    // It may have failed before there was anything to stop.
    if (isOver) stop?.();
  });
}

function overUdp({ address, port }: ServerAddress, question: Question): Attempt {
  return (settle) => {
    const socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', lookup: lookUpLiteral });
    socket.on('error', () => settle('nobody'));
    socket.on('message', (answer) => {
      if (isAnswerTo(question, answer)) settle(answer);
    });
    socket.on('connect', () => {
      // That it could not be sent is told as an error of the socket, or is a loss as any other.
      socket.send(question.message, (error) => {
        if (error) settle('nobody');
      });
    });
    socket.connect(port, address);
    return () => {
      socket.removeAllListeners('message');
      socket.removeAllListeners('connect');
      socket.close();
    };
  };
}

function overTcp({ address, port }: ServerAddress, question: Question): Attempt {
  return (settle) => {
    const socket = connect({ host: address, port });
    const messages = new TcpMessages(0xffff);
    socket.on('error', () => settle('nobody'));
    socket.on('close', () => settle('nobody'));
    socket.on('data', (chunk: Buffer) => {
      for (const answer of messages.add(chunk) ?? []) {
        if (isAnswerTo(question, answer)) settle(answer);
      }
    });
    socket.write(frameForTcp(question.message));
    return () => {
      socket.removeAllListeners('close');
      socket.removeAllListeners('data');
      socket.destroy();
    };
  };
}
