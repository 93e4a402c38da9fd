// The life of a ticket through the official Node client, unpatched: only its basePath differs.
// Prints one JSON object: what each step gave back. SPOKEDESK_URL and SPOKEDESK_TOKEN say where to.
// argv[2] is the folder in which the client is installed.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.argv[2], 'package.json'))
const { Client } = require('@hubspot/api-client')

const hubspot = new Client({ accessToken: process.env.SPOKEDESK_TOKEN, basePath: process.env.SPOKEDESK_URL })
const { tickets, contacts, associations } = hubspot.crm
const kind = (value) => value?.constructor?.name
const told = {}

const contact = await contacts.basicApi.create({ properties: { firstname: 'Ada', email: 'node@example.com' } })
const link = { to: { id: contact.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 16 }] }
const made = await tickets.basicApi.create({
  properties: { subject: 'Wombat in the node', hs_pipeline_stage: '1' },
  associations: [link],
})
told.create = { kind: kind(made), subject: made.properties.subject, created: made.createdAt instanceof Date }

const read = await tickets.basicApi.getById(made.id, ['subject', 'hs_pipeline_stage'], ['subject'], ['contacts'])
told.read = {
  kind: kind(read),
  same: read.id === made.id,
  subject: read.properties.subject,
  history: read.propertiesWithHistory.subject.map((item) => item.value),
  linked: read.associations.contacts.results[0].id === contact.id,
}

const changed = await tickets.basicApi.update(made.id, { properties: { hs_pipeline_stage: '4' } })
told.update = { kind: kind(changed), stage: changed.properties.hs_pipeline_stage }

const inputs = [1, 2, 3].map((number) => ({
  properties: { subject: `Batch ${number}`, hs_pipeline_stage: '1' },
  associations: [],
}))
const batch = await tickets.batchApi.create({ inputs })
const ids = batch.results.map((item) => item.id)
told.batchCreate = { kind: kind(batch), status: batch.status, count: new Set(ids).size }
const both = await tickets.batchApi.read({
  inputs: [...ids.map((id) => ({ id })), { id: '999999999' }],
  properties: ['subject'],
  propertiesWithHistory: [],
})
told.batchRead = {
  kind: kind(both),
  subjects: both.results.map((item) => item.properties.subject).sort(),
  errors: both.errors.map((item) => item.category),
}
const renamed = await tickets.batchApi.update({ inputs: ids.map((id) => ({ id, properties: { content: 'again' } })) })
told.batchUpdate = { kind: kind(renamed), contents: renamed.results.map((item) => item.properties.content) }

const found = await tickets.searchApi.doSearch({
  query: 'wombat',
  filterGroups: [{ filters: [{ propertyName: 'hs_pipeline_stage', operator: 'EQ', value: '4' }] }],
  sorts: ['-createdate'],
  properties: ['subject'],
  limit: 10,
})
told.search = { kind: kind(found), total: found.total, same: found.results[0].id === made.id }

const pages = await tickets.getAll(2, undefined, ['subject'])
told.pages = { complete: [made.id, ...ids].every((id) => pages.some((item) => item.id === id)) }

const linked = await associations.v4.basicApi.createDefault('tickets', ids[0], 'contacts', contact.id)
const spec = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 16 }]
const again = await associations.v4.basicApi.create('tickets', ids[1], 'contacts', contact.id, spec)
const targets = await associations.v4.basicApi.getPage('contacts', contact.id, 'tickets')
told.associate = { kinds: [kind(linked), kind(again), kind(targets)], count: targets.results.length }
await associations.v4.basicApi.archive('tickets', ids[1], 'contacts', contact.id)
told.dissociate = { count: (await associations.v4.basicApi.getPage('contacts', contact.id, 'tickets')).results.length }

const note = await hubspot.crm.objects.notes.basicApi.create({
  properties: { hs_timestamp: '2026-10-01T12:00:00Z', hs_note_body: 'done' },
  associations: [],
})
await associations.v4.basicApi.createDefault('tickets', made.id, 'notes', note.id)
const pinned = await tickets.basicApi.update(made.id, { properties: { hs_pinned_engagement_id: note.id } })
told.pin = { kind: kind(note), pinned: pinned.properties.hs_pinned_engagement_id === note.id }

const merged = await tickets.basicApi.merge({ primaryObjectId: ids[0], objectIdToMerge: ids[2] })
const followed = await tickets.basicApi.getById(ids[2])
told.merge = { kind: kind(merged), same: followed.id === merged.id }

await hubspot.crm.properties.coreApi.create('tickets', {
  name: 'node_key',
  label: 'Key',
  type: 'string',
  fieldType: 'text',
  groupName: 'ticketinformation',
  hasUniqueValue: true,
})
const upsert = () =>
  tickets.batchApi.upsert({
    inputs: [{ id: 'N-1', idProperty: 'node_key', properties: { subject: 'Keyed', hs_pipeline_stage: '1' } }],
  })
const [first, second] = [await upsert(), await upsert()]
told.upsert = {
  kind: kind(first),
  fresh: [first.results[0]._new, second.results[0]._new],
  same: first.results[0].id === second.results[0].id,
}

const lead = await hubspot.crm.objects.leads.basicApi.create({
  properties: { hs_lead_name: 'Ada' },
  associations: [{ to: { id: contact.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] }],
})
const deal = await hubspot.crm.deals.basicApi.create({ properties: { dealname: 'Big', amount: '10' }, associations: [] })
await hubspot.apiRequest({
  method: 'POST',
  path: '/spokedesk/v1/owners',
  body: { email: 'owner@example.com', firstName: 'Own', lastName: 'Er' },
})
const owner = (await hubspot.crm.owners.ownersApi.getPage('owner@example.com')).results[0]
const splits = await hubspot.crm.objects.dealSplits.batchApi.upsert({
  inputs: [{ id: deal.id, splits: [{ ownerId: Number(owner.id), percentage: 1 }] }],
})
told.around = {
  lead: [kind(lead), lead.properties.hs_lead_name],
  splits: [kind(splits), splits.results[0].splits[0].properties.hs_deal_split_amount],
  pipelines: (await hubspot.crm.pipelines.pipelinesApi.getAll('tickets')).results.map((item) => item.id),
}

// webhooks are managed with the developer key, which stands in the query
const key = process.env.SPOKEDESK_TOKEN
const developer = new Client({ developerApiKey: key, basePath: process.env.SPOKEDESK_URL })
const tokenPath = '/oauth/v2/private-apps/get/access-token-info'
const token = await hubspot.apiRequest({ method: 'POST', path: tokenPath, body: { tokenKey: key } })
const { appId } = await token.json()
const hooks = { targetUrl: 'https://hooks.example.com/', throttling: { maxConcurrentRequests: 10 } }
const settings = await developer.webhooks.settingsApi.configure(appId, hooks)
const subscription = await developer.webhooks.subscriptionsApi.create(appId, { eventType: 'ticket.creation', active: true })
const every = await developer.webhooks.subscriptionsApi.getAll(appId)
told.webhooks = {
  settings: [kind(settings), settings.targetUrl],
  subscription: [kind(subscription), subscription.eventType, subscription.active],
  every: every.results.map((item) => item.id === subscription.id),
}

await tickets.batchApi.archive({ inputs: ids.map((id) => ({ id })) })
await tickets.basicApi.archive(made.id)
told.archive = await tickets.basicApi.getById(made.id).then(
  () => ({ code: 200 }),
  (error) => ({ code: error.code, status: error.body.status, correlated: Boolean(error.body.correlationId) }),
)
const restored = await hubspot.apiRequest({ method: 'POST', path: `/spokedesk/v1/objects/tickets/${made.id}/restore` })
const back = await tickets.basicApi.getById(made.id, ['hs_pinned_engagement_id'], undefined, ['contacts', 'notes'])
told.restore = {
  status: restored.status,
  pinned: back.properties.hs_pinned_engagement_id === note.id,
  linked: [back.associations.contacts.results[0].id === contact.id, back.associations.notes.results[0].id === note.id],
}
told.refused = await new Client({ accessToken: 'pat-na1-nobody', basePath: process.env.SPOKEDESK_URL }).crm.tickets.basicApi
  .getPage()
  .then(() => ({ code: 200 }), (error) => ({ code: error.code, category: error.body.category }))

console.log(JSON.stringify(told))
