import { type Answer, type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';

/** What the reference decoder says of an answer. */
export type Answered = DecodedPacket & { readonly rcode: string; readonly length: number };

/** An OPT record, as clients send it. */
export function optRecord(udpPayloadSize: number, ednsVersion = 0): Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0x8000,
    flag_do: true,
    options: [],
  };
}

/** A query, with an OPT record if a size is given. */
export function encodeQuery(name: string, type: RecordType, udpSize?: number): Buffer {
  const additionals = udpSize === undefined ? [] : [optRecord(udpSize)];
  return encode({ type: 'query', id: 5, flags: 0x0100, questions: [{ type, name }], additionals });
}

/** Reads an answer. */
export function decodeAnswer(response: Buffer): Answered {
  return Object.assign(decode(response) as Answered, { length: response.length });
}

/** What is in the records of an answer. */
export function dataOf({ answers = [] }: Pick<DecodedPacket, 'answers'>): unknown[] {
  return answers.map((record) => ('data' in record ? record.data : undefined));
}
