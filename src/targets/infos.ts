import type { TargetId, TargetInfo } from './target'

const info = (
  id: TargetId,
  version: string,
  evidence: TargetInfo['evidence'] = 'recorded',
  hasModules = false,
): TargetInfo => {
  const [product = '', release = ''] = id.split('-')
  return {
    id,
    label: `${product === 'valkey' ? 'Valkey' : 'Redis'} ${release}`,
    product: product === 'valkey' ? 'valkey' : 'redis',
    version,
    evidence,
    hasModules,
  }
}

/** Every target, Redis first, oldest first. */
export const targetInfos: readonly TargetInfo[] = [
  info('redis-6.0', '6.0.20'),
  info('redis-6.2', '6.2.16'),
  info('redis-7.0', '7.0.15'),
  info('redis-7.2', '7.2.6'),
  info('redis-7.4', '7.4.1'),
  info('redis-8.0', '8.0.2', 'recorded', true),
  info('redis-8.2', '8.2.9', 'documented', true),
  info('redis-8.4', '8.4.6', 'documented', true),
  info('redis-8.6', '8.6.6', 'documented', true),
  info('redis-8.8', '8.8.2', 'documented', true),
  info('redis-8.10', '8.10.1', 'documented', true),
  info('valkey-7.2', '7.2.7'),
  info('valkey-8.0', '8.0.1'),
  info('valkey-8.1', '8.1.1'),
  info('valkey-9.1', '9.1.2'),
]

/** The newest recorded Redis. */
export const defaultTargetId: TargetId = 'redis-8.0'

/** Whether a string names a target. */
export function isTargetId(text: string): text is TargetId {
  return targetInfos.some((known) => known.id === text)
}
