/** What nft complained about first. */
export interface Refusal {
  /** The complaint without its place: `File exists`. */
  readonly message: string;
  /** Symbolic errno, when the complaint is the text of one. */
  readonly errnoName: string | undefined;
  /** The command it points at. */
  readonly command: string | undefined;
}

/** How commands are joined: on one line, so that a column of it tells the command. */
export const separator = '; ';

/**
 * Reads the complaints of libnftables or nft about `lines` joined by {@link separator}, and picks the one
 * about the earliest command: a later one may be its consequence.
 *
 * Each complaint is `Error: TEXT`, with a line repeating the input and a line of `^` below the part in question.
 * nft, which read the input as a file, puts `FILE:LINE:COLUMN-COLUMN: ` in front.
 */
export function parseRefusal(error: string, lines: readonly string[]): Refusal {
  const complaints = parseComplaints(error);
  const first = complaints.reduce<Complaint | undefined>(
    (best, complaint) => (best === undefined || complaint.column < best.column ? complaint : best),
    undefined,
  );
  if (first === undefined) {
    const message = error.trim().split('\n')[0] || 'nftables failed and said nothing';
    return { message, errnoName: findErrno(message), command: undefined };
  }
  return {
    message: first.message,
    errnoName: findErrno(first.message),
    command: Number.isFinite(first.column) ? commandAt(lines, first.column) : undefined,
  };
}

interface Complaint {
  readonly message: string;
  /** In bytes, from 0; infinite when unknown. */
  readonly column: number;
}

const complaintPattern =
  /^(?:.*?:(\d+):(\d+)(?:-\d+)?: |netlink: )?Error: (?:Could not process rule: )?(.*)$/;
const markerPattern = /^([ ~]*)\^/;

function parseComplaints(error: string): Complaint[] {
  const complaints: Complaint[] = [];
  const rows = error.split('\n');
  rows.forEach((row, index) => {
    const match = complaintPattern.exec(row);
    if (match === null) return;
    const marker = markerPattern.exec(rows[index + 2] ?? '');
    const marked = marker === null ? Number.POSITIVE_INFINITY : (marker[1] ?? '').length;
    complaints.push({
      message: match[3] ?? '',
      column: match[2] === undefined ? marked : Number(match[2]) - 1,
    });
  });
  return complaints;
}

function commandAt(lines: readonly string[], column: number): string | undefined {
  let start = 0;
  for (const line of lines) {
    // nft counts bytes.
    start += Buffer.byteLength(line) + separator.length;
    if (column < start) return line;
  }
  return lines.at(-1);
}

/** The texts of glibc's strerror(3), which is all that libnftables passes on of an errno. */
const errnoTexts: readonly (readonly [text: string, name: string])[] = [
  ['File exists', 'EEXIST'],
  ['No such file or directory', 'ENOENT'],
  ['Operation not permitted', 'EPERM'],
  ['Permission denied', 'EACCES'],
  ['Device or resource busy', 'EBUSY'],
  ['Invalid argument', 'EINVAL'],
  ['Operation not supported', 'EOPNOTSUPP'],
  ['Protocol not supported', 'EPROTONOSUPPORT'],
  ['Address family not supported by protocol', 'EAFNOSUPPORT'],
  ['Numerical result out of range', 'ERANGE'],
  ['Value too large for defined data type', 'EOVERFLOW'],
  ['Too many open files in system', 'ENFILE'],
  ['Too many open files', 'EMFILE'],
  ['Too many links', 'EMLINK'],
  ['Too many levels of symbolic links', 'ELOOP'],
  ['No buffer space available', 'ENOBUFS'],
  ['No space left on device', 'ENOSPC'],
  ['Cannot allocate memory', 'ENOMEM'],
  ['Message too long', 'EMSGSIZE'],
  ['Argument list too long', 'E2BIG'],
  ['No such device', 'ENODEV'],
  ['No such process', 'ESRCH'],
  ['Resource temporarily unavailable', 'EAGAIN'],
  ['Interrupted system call', 'EINTR'],
];

/** The text of an errno as {@link errnoTexts} has it. */
export function textOfErrno(errnoName: string): string | undefined {
  return errnoTexts.find(([, name]) => name === errnoName)?.[0];
}

function findErrno(message: string): string | undefined {
  const text = message.replace(/^cache initialization failed: /, '');
  return errnoTexts.find(([known]) => text.startsWith(known))?.[1];
}
