import { expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { readAnswers, simulate, type Simulated } from './simulate'

// Some 700 scripts and library commands that a real Redis 8.0.2 and a real Valkey 8.1.1 answered, in RESP2 and RESP3:
// conversions, errors, the sandbox, cjson, cmsgpack, struct, bit, functions.
const cases: [TargetId, 2 | 3][] = [
  ['redis-8.0', 2],
  ['redis-8.0', 3],
  ['valkey-8.1', 2],
  ['valkey-8.1', 3],
]

test.each(cases)('scripts answer as %s does in RESP%i', async (target, protocol) => {
  let simulated: Simulated | null = null
  for (const answer of readAnswers()) {
    if ('fresh' in answer) {
      simulated = answer.protocol === undefined || answer.protocol === protocol ? await simulate(target) : null
      if (protocol === 3) simulated?.send('HELLO', '3')
      continue
    }
    if (simulated === null) continue
    const expected = 'reply' in answer ? answer.reply : answer.replies[`${target} ${protocol}`]
    expect({ argv: answer.argv, reply: simulated.send(...answer.argv) }).toEqual({ argv: answer.argv, reply: expected })
  }
})
