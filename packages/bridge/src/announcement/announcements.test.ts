import { IpAddress, MacAddress } from '@tsnet/inet';
import { expect, it } from 'vitest';
import { gratuitousArp } from './gratuitous-arp.ts';
import { neighborAdvertisement } from './neighbor-advertisement.ts';

const mac = MacAddress.parse('0a:54:0a:05:00:3c');

// Both were captured from Linux 6.18, as it announced a link whose MAC address had changed.
const captured = {
  arp: `ffffffffffff 0a540a05003c 0806 0001 0800 06 04 0001
    0a540a05003c 0a05003c 000000000000 0a05003c`,
  // Behind its IPv6 header, and without its checksum.
  advertisement: `88 00 0000 20000000 fd050000000000000000000000000060 02 01 0a540a05003c`,
};

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

it('announces an IPv4 address with the bytes of the kernel', () => {
  expect(gratuitousArp(mac, IpAddress.parse('10.5.0.60'))).toEqual(bytes(captured.arp));
});

it('announces an IPv6 address with the bytes of the kernel, which adds the checksum', () => {
  expect(neighborAdvertisement(mac, IpAddress.parse('fd05::60'))).toEqual(bytes(captured.advertisement));
});
