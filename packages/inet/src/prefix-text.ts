import { InvalidAddressError, InvalidPrefixError } from './errors.ts';
import { IpAddress } from './ip-address.ts';
import { quote } from './quote.ts';

/**
 * Reads `ADDRESS/LENGTH` into its two parts. The length is required, decimal, without leading zeros.
 *
 * @throws {@link InvalidPrefixError} that names the whole of `text`
 */
export function parsePrefix(text: string): { readonly address: IpAddress; readonly length: number } {
  if (typeof text !== 'string') throw new InvalidPrefixError(text, 'it is not text');
  const slash = text.indexOf('/');
  if (slash < 0) throw new InvalidPrefixError(text, 'the prefix length is missing');
  const address = parseAddress(text, text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(digits)) {
    throw new InvalidPrefixError(text, `prefix length ${quote(digits)} is not a plain decimal number`);
  }
  const length = Number(digits);
  if (length > address.bits) {
    throw new InvalidPrefixError(text, `prefix length ${length} is above ${address.bits}`);
  }
  return { address, length };
}

function parseAddress(whole: string, text: string): IpAddress {
  try {
    return IpAddress.parse(text);
  } catch (error) {
    if (error instanceof InvalidAddressError)
      throw new InvalidPrefixError(whole, error.reason, { cause: error });
    throw error;
  }
}
