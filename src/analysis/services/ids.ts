/** The ids of the managed services whose documentation tells what they refuse. */
export const serviceIds = [
  'elasticache',
  'memorydb',
  'memorystore-redis',
  'azure-cache',
  'azure-managed-redis',
  'redis-cloud',
  'upstash',
  'aiven',
  'oci-cache',
] as const
export type ServiceId = (typeof serviceIds)[number]
