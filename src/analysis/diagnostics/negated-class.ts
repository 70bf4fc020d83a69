import { channelPattern, keyRule, shown } from './facts'
import { onEach, onToken, type LineCheck } from './line'

/** `~[^secret]*`: a class matches one byte, but was meant to exclude a word. */
export const negatedClass: LineCheck = {
  code: 'negated-class',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const pattern = keyRule(token)?.pattern ?? channelPattern(token) ?? ''
      const [written, letters] = /\[\^(\w{3,})\]/.exec(pattern) ?? []
      // `[^abc]` may be meant as three letters; a word is longer or repeats a letter.
      if (written === undefined || letters === undefined || letters.length < 4 || /^\d+$/.test(letters)) return []
      return [
        onToken(
          token,
          `${shown(written)} matches one byte that is none of these letters. It excludes every name with one of them in that place, not just the word ${shown(letters)}.`,
          'A pattern cannot exclude names: grant only what the user may use.',
        ),
      ]
    }),
}
