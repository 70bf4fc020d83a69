import { channelPattern, keyRule, shown } from './facts'
import { onEach, onToken, type LineCheck } from './line'

/** `~*secret*`: also matches other applications' keys. */
export const leadingStar: LineCheck = {
  code: 'leading-star',
  severity: 'warning',
  about: 'oddPatterns',
  check: ({ patterns }) =>
    onEach(patterns, (token) => {
      const key = keyRule(token)
      const pattern = key?.pattern ?? channelPattern(token) ?? ''
      const [, word] = /^\*+([\w:.-]*\w[\w:.-]*)\*$/.exec(pattern) ?? []
      return word === undefined
        ? []
        : [
            onToken(
              token,
              `This matches every name that contains ${shown(word)}, those of other users included, such as other:${shown(word)}:1.`,
              `Start the pattern with the prefix of the user’s ${key === null ? 'channels' : 'keys'}.`,
            ),
          ]
    }),
}
