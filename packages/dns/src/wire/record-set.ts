import { type Answer, encode } from 'dns-packet';

/** The name of the question, which begins behind the header. */
const QUESTION_NAME = Uint8Array.of(0xc0, 0x0c);
/** A message of one record: a header, and the root as its name. */
const BEFORE_TYPE = 13;

/** Records of one name and type, encoded and all of one length, to be put into answers in turn. */
export class RecordSet {
  readonly count: number;
  readonly recordLength: number;
  readonly #bytes: Buffer;
  #turn = 0;

  private constructor(records: readonly Buffer[]) {
    this.count = records.length;
    this.recordLength = records[0]?.length ?? 0;
    this.#bytes = Buffer.concat(records);
  }

  /** Encodes records whose name is that of whatever question they answer. */
  static ofQuestion(records: readonly Answer[]): RecordSet {
    return new RecordSet(
      records.map((record) =>
        Buffer.concat([QUESTION_NAME, encode({ answers: [{ ...record, name: '.' }] }).subarray(BEFORE_TYPE)]),
      ),
    );
  }

  /** Encodes a record under its own name. */
  static of(record: Answer): RecordSet {
    return new RecordSet([encode({ answers: [record] }).subarray(BEFORE_TYPE - 1)]);
  }

  /**
   * Writes the first `count` records to a message. With each call the next one is the first, so that clients, who mostly
   * take the first, are spread over all.
   */
  write(into: Buffer, at: number, count: number): void {
    const first = this.#turn;
    this.#turn = (first + 1) % this.count;
    const start = first * this.recordLength;
    const wanted = count * this.recordLength;
    const copied = this.#bytes.copy(into, at, start, Math.min(start + wanted, this.#bytes.length));
    if (copied < wanted) this.#bytes.copy(into, at + copied, 0, wanted - copied);
  }
}
