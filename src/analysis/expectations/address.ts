const inBrackets = /^[0-9a-f:.]+$/
const fourParts = /^\d+(\.\d+){3}$/

/**
 * Returns true for an IPv4 address in dotted decimal form, or an IPv6 address in lower case. The platform's URL parser
 * validates them: ipaddr.js would add 3.8 kB to what the page loads first.
 */
export function isAddress(word: string): boolean {
  if (fourParts.test(word)) return URL.canParse(`http://${word}`) && new URL(`http://${word}`).hostname === word
  return inBrackets.test(word) && URL.canParse(`http://[${word}]`)
}
