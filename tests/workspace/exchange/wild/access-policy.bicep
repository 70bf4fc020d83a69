@description('The name of the cache.')
param cacheName string
param principalId string

resource cache 'Microsoft.Cache/redis@2024-11-01' existing = {
  name: cacheName
}

// Read and write the keys of the shop.
resource shop 'Microsoft.Cache/redis/accessPolicies@2024-11-01' = {
  parent: cache
  name: 'shop'
  properties: {
    permissions: '+@read +@write +@connection +cluster|info -@dangerous ~shop:*'
  }
}

resource assignment 'Microsoft.Cache/redis/accessPolicyAssignments@2024-11-01' = {
  parent: cache
  name: 'shop-api'
  properties: {
    accessPolicyName: shop.name
    objectId: principalId
    objectIdAlias: 'shop-api'
  }
}

resource operators 'Microsoft.Cache/redis/accessPolicyAssignments@2024-11-01' = {
  parent: cache
  name: 'operators'
  properties: {
    accessPolicyName: 'Data Owner'
    objectId: '5f1f9d0a-63a8-4ad4-8d64-0a8b3a9a3a55'
    objectIdAlias: 'operators'
  }
}
