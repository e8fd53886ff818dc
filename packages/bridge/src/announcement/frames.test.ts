import { IpAddress, MacAddress } from '@tsnet/inet';
import { expect, it } from 'vitest';
import { gratuitousArp } from './gratuitous-arp.ts';
import { unsolicitedAdvertisement } from './neighbor-advertisement.ts';

const mac = MacAddress.parse('0a:54:0a:05:00:3c');

// Both were captured from Linux 6.18, as it announced a link whose MAC address had changed.
const captured = {
  arp: `ffffffffffff 0a540a05003c 0806 0001 0800 06 04 0001
    0a540a05003c 0a05003c 000000000000 0a05003c`,
  advertisement: `333300000001 0a540a05003c 86dd 60000000 0020 3a ff
    fd050000000000000000000000000060 ff020000000000000000000000000001
    88 00 473f 20000000 fd050000000000000000000000000060 02 01 0a540a05003c`,
};

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

it('announces an IPv4 address with the bytes of the kernel', () => {
  expect(gratuitousArp(mac, IpAddress.parse('10.5.0.60'))).toEqual(bytes(captured.arp));
});

it('announces an IPv6 address with the bytes of the kernel, checksum and all', () => {
  expect(unsolicitedAdvertisement(mac, IpAddress.parse('fd05::60'))).toEqual(bytes(captured.advertisement));
});

it('carries over in the checksum as often as it takes', () => {
  const all = IpAddress.parse('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  const frame = unsolicitedAdvertisement(MacAddress.parse('fe:ff:ff:ff:ff:ff'), all);
  const view = new DataView(frame.buffer);
  let sum = 32 + 58;
  for (let offset = 22; offset < frame.length; offset += 2) sum += view.getUint16(offset);
  // With its own checksum in it, the sum is all ones.
  expect(sum % 0xffff).toBe(0);
});
