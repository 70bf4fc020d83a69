import { chapter } from './chapter'
import type { GalleryExample } from './example'
import { lessons } from './lessons'

export type { GalleryExample, GalleryStep, Outcome } from './example'
export { stateOf } from './example'

/** All examples, in display order. */
export const gallery: readonly GalleryExample[] = [...chapter, ...lessons]
