import { describe, expect, it } from 'vitest';
import { checkedExpression } from './expression.ts';

describe('checkedExpression', () => {
  it.each([
    'ct state established,related accept',
    'iifname { "br0", "br1" } drop',
    'meta l4proto { 6, 17 } dnat ip to meta l4proto . th dport map @ports',
    'log prefix "a; b # c } $" drop',
    'tcp flags & (fin | syn) == syn accept',
  ])('takes %j', (text) => {
    expect(checkedExpression(` ${text} `)).toBe(text);
  });

  it.each([
    [' ', 'it is empty'],
    ['accept; flush ruleset', 'it has a ; outside quotes'],
    ['accept # rest', 'it has a # outside quotes'],
    ['ip saddr $x drop', 'it has a $ outside quotes'],
    ['accept \\', 'it has a \\ outside quotes'],
    ['accept\nflush ruleset', 'it has a line end or a control character'],
    ['log prefix "a', 'a quote is not closed'],
    ['accept } table x {', 'its } closes nothing'],
    ['iifname { "a" ', 'a } is missing'],
    ['tcp flags & (fin', 'a ) is missing'],
  ])('refuses %j: %s', (text, fault) => {
    expect(() => checkedExpression(text)).toThrow(fault);
  });
});
