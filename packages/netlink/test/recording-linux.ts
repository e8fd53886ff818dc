import type { Linux } from '@tsnet/linux';

/** The way to the kernel, with a copy of every datagram that passes. */
export interface RecordingLinux {
  readonly linux: Linux;
  readonly sent: Uint8Array[];
  readonly received: Uint8Array[];
}

/** Records what is sent and received through `real`; `overrides` take the place of single system calls. */
export function recordLinux(real: Linux, overrides: Partial<Linux> = {}): RecordingLinux {
  const sent: Uint8Array[] = [];
  const received: Uint8Array[] = [];
  const linux = new Proxy(real, {
    get(target, name) {
      const call = Reflect.get(overrides, name) ?? Reflect.get(target, name).bind(target);
      return (...given: readonly unknown[]) => {
        if (name === 'send') sent.push((given[1] as Uint8Array).slice());
        const result = call(...given);
        if (name === 'receive' && result !== undefined)
          received.push((given[1] as Uint8Array).slice(0, result));
        return result;
      };
    },
  });
  return { linux, sent, received };
}
