import type { CallOptions, OperationName, Output, ProblemDocument } from '@tsnet/api';
import type { Finding, TrafficReport } from '@tsnet/core';
import type { SeenCommit } from '../events/observe-store.ts';

/** What the host thread is started with. */
export interface HostThreadData {
  readonly stateFile: string;
  /** Whether damage is repaired, or only told of. */
  readonly repair: boolean;
}

/** What the host thread is asked for. */
export type HostRequest =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: OperationName;
      readonly input: object;
      readonly options: Omit<CallOptions, 'signal'>;
    }
  | { readonly kind: 'traffic'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

/** An answer of an operation, ready to be sent. */
export interface CallAnswer {
  /** JSON. */
  readonly body: string;
  readonly etag: string | undefined;
}

/** Damage that was found, and what came of it. */
export type DriftNotice =
  | { readonly type: 'found'; readonly findings: readonly Finding[] }
  | {
      readonly type: 'repaired';
      readonly outcomes: readonly (Output<'reconcile'>[number] & Pick<Finding, 'owner'>)[];
    };

/** What the host thread says. */
export type HostReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: CallAnswer | TrafficReport | undefined }
  | {
      readonly kind: 'problem';
      readonly id: number;
      readonly problem: ProblemDocument;
      readonly stack?: string;
    }
  | { readonly kind: 'commit'; readonly commit: SeenCommit }
  | { readonly kind: 'drift'; readonly notice: DriftNotice }
  | { readonly kind: 'remark'; readonly level: 'warn' | 'error'; readonly message: string };
