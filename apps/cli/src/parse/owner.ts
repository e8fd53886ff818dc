import { parseOwner } from '@tsnet/service/owner';
import { InvalidValueError } from '../errors.ts';

/**
 * The owner that `--owner` names, which is none of the engine's: what holds the address of an endpoint or a
 * gateway ends with that alone, or the address would be given out twice.
 *
 * @throws {@link InvalidValueError}
 */
export function parseForeignOwner(text: string): string {
  const { kind, id } = parseOwner(text);
  if (kind === 'other') return text;
  const [holder, remedy] =
    kind === 'endpoint'
      ? ['its endpoints', 'tsnet network disconnect NETWORK SANDBOX']
      : ['its gateways', `tsnet network rm ${id}`];
  throw new InvalidValueError(
    '--owner',
    text,
    `under such names a network holds the addresses of ${holder}`,
    `Name another owner. Such an address is given back by: ${remedy}`,
  );
}
