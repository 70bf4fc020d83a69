import fc from 'fast-check'

/** Property tests repeat one seed, so that a run can be repeated; another is chosen with FC_SEED. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_124) })
