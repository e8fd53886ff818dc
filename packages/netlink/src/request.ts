import type { ByteWriter } from './wire/byte-writer.ts';

/** One request, ready to be encoded. The services make them; {@link NetlinkConnection} sends them. */
export interface NetlinkRequest {
  /** Of the message's header: RTM_NEWLINK. */
  readonly type: number;
  /** Flags besides request, acknowledge and dump, which the connection sets: see {@link messageFlags}. */
  readonly flags: number;
  /** Writes what follows the message's header. */
  readonly body: (writer: ByteWriter) => void;
  /** The verb for messages of errors: `add`. */
  readonly operation: string;
  /** The thing, for messages of errors: `10.0.0.1/24 to link 3`. */
  readonly subject: string;
}
