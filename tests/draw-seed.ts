import { randomInt } from 'node:crypto'

/** Draws the seed of a run's property tests, unless FC_SEED gives it, before the workers start, which get it from the environment. */
export function setup(): void {
  if (process.env.FC_SEED !== undefined) return
  process.env.FC_SEED = String(randomInt(2 ** 31 - 1))
  console.log(`Property tests draw from FC_SEED=${process.env.FC_SEED}, which repeats this run.`)
}
