param location string = resourceGroup().location
@secure()
param password string

var acl = '''
user default off
user metrics on nopass -@all +info +ping
'''

resource valkey 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'valkey'
  location: location
  properties: {
    configuration: {
      secrets: [
        { name: 'users', value: acl }
      ]
    }
    template: {
      containers: [
        {
          name: 'valkey'
          image: 'valkey/valkey:8.1'
          command: [
            'valkey-server'
            '--user'
            'app'
            'on'
            '>${password}'
            '~app:*'
            '+@all'
          ]
        }
      ]
    }
  }
}
