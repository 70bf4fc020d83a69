import fc from 'fast-check'

/** All property tests of a run draw from one seed (draw-seed.ts). A failure prints it; FC_SEED repeats it. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED) })
