// Made by docs/generate.py from the OpenAPI document; change it there.

/** Names and address are needed for the first user only. */
export interface AcceptLinkBody {
  link: string;
  password: string;
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
}

/** The account that a token belongs to. */
export interface AccountDetails {
  portalId: number;
  accountType: string;
  timeZone: string;
  companyCurrency: string;
  additionalCurrencies: string[];
  utcOffset: string;
  utcOffsetMilliseconds: number;
  uiDomain: string;
  dataHostingLocation: string;
}

/** Without scopes the app may ask for every scope. `publicKey` is an RSA key as PEM or JWK. */
export interface AppCreateBody {
  name: string;
  redirectUris: string[];
  scopes?: string[] | null;
  publicKey?: string | null;
}

/** What is left out stays as it is; an empty `publicKey` takes the key away. */
export interface AppUpdateBody {
  name?: string | null;
  redirectUris?: string[] | null;
  scopes?: string[] | null;
  publicKey?: string | null;
}

/** A link of a create request, in the documented form or the older flat one. */
export interface AssociationInput {
  to?: ObjectId | null;
  types?: AssociationSpec[] | null;
  toObjectId?: string | number | null;
  associationTypeId?: number | string | null;
  associationCategory?: string | null;
  label?: string | null;
}

export interface AssociationSpec {
  associationCategory?: string | null;
  associationTypeId?: number | string | null;
}

export interface AttachmentInput {
  id?: string | number | null;
}

/** What every batch answer has. `errors` and `numErrors` appear together, with status 207. */
export interface Batch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
}

export interface BatchCreateBody {
  inputs: CreateBody[];
}

export interface BatchIdsBody {
  inputs: IdInput[];
}

export interface BatchReadBody {
  inputs: IdInput[];
  properties?: string[] | null;
  propertiesWithHistory?: string[] | null;
  idProperty?: string | null;
}

export interface BatchUpdateBody {
  inputs: BatchUpdateInput[];
}

export interface BatchUpdateInput {
  id: string | number;
  properties: { [name: string]: string | number | boolean | null };
  idProperty?: string | null;
  objectWriteTraceId?: string | number | null;
}

/** Records in the recycle bin, the last archived first. */
export interface BinPage {
  results: BinnedRecord[];
  total: number;
  recycleBinDays: number;
  paging?: Paging;
}

/** A record in the recycle bin; less than a day left counts as one. */
export interface BinnedRecord {
  id: string;
  properties: { [name: string]: string | null };
  propertiesWithHistory?: { [name: string]: PastValue[] };
  associations?: { [name: string]: RecordLinkPage };
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
  url: string;
  objectWriteTraceId?: string;
  new?: boolean;
  warnings?: Warning[];
  daysLeft: number;
  erasedAt: string;
  archivedBy?: ChangeSource;
}

/** An object type with records that have many links. */
export interface BusyKind {
  objectTypeId: string;
  singularLabel: string;
  pluralLabel: string;
  hasRecordsAtLimit: boolean;
  hasRecordsNearLimit: boolean;
}

export interface BusyKindList {
  results: BusyKind[];
}

/** Counts of such records, and some of them. */
export interface BusyRecords {
  limit: number;
  totalRecordsAtLimit: number;
  totalRecordsNearLimit: number;
  atLimitFromRecordSamples: FullRecord[];
  nearLimitFromRecordSamples: NearRecord[];
}

/** Who makes a call. Programs are no users. */
export interface Caller {
  user?: User;
  accountId: number;
  fidelity: string;
  scopes: string[];
  recycleBinDays: number;
  version: string;
}

/** One write to one record. `kind` is create, update, archive, restore, merge or a later one. */
export interface Change {
  sequence: number;
  objectType: string;
  objectTypeId: string;
  id: string;
  kind: string;
  properties: string[];
  at: string;
  sourceType: string;
  sourceId?: string;
  userId?: number;
}

/** `after` is for the next call, `latest` the newest number of the account. */
export interface ChangePage {
  results: Change[];
  after: number;
  latest: number;
  more: boolean;
}

/** Through what something was done, and by whom. */
export interface ChangeSource {
  sourceType: string;
  sourceId?: string;
  userId?: number;
}

/** Milliseconds from created to closed, of what was closed in these days; half and nine tenths were quicker. */
export interface CloseTimes {
  count: number;
  median?: number;
  p90?: number;
}

export interface ConsentForm {
  client_id?: string | null;
  redirect_uri?: string | null;
  scope?: string | null;
  optional_scope?: string | null;
  state?: string | null;
  response_type?: string | null;
  code_challenge?: string | null;
  code_challenge_method?: string | null;
  check?: string | null;
  decision?: string | null;
  access_token?: string | null;
}

/** One property of a contact. */
export interface ContactValueInput {
  property: string;
  value?: unknown;
}

export interface CreateBody {
  properties: { [name: string]: string | number | boolean | null };
  associations?: AssociationInput[] | AssociationInput | null;
  objectWriteTraceId?: string | number | null;
}

export interface DayCount {
  day: string;
  created: number;
  closed: number;
}

export interface DealLinks {
  associatedVids?: (string | number)[] | null;
  associatedCompanyIds?: (string | number)[] | null;
  associatedDealIds?: (string | number)[] | null;
  associatedTicketIds?: (string | number)[] | null;
}

export interface DealSplitInput {
  ownerId: string | number;
  percentage: unknown;
}

/** A deal and its splits. */
export interface DealSplits {
  id: string;
  splits: Record[];
}

/** The splits of several deals. */
export interface DealSplitsBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: DealSplits[];
}

export interface DealSplitsBody {
  inputs: DealSplitsInput[];
}

export interface DealSplitsInput {
  id: string | number;
  splits: DealSplitInput[];
}

/** One direction of a plain link. */
export interface DefaultLink {
  from: RecordId;
  to: RecordId;
  associationSpec: LinkSpec;
}

/** Plain links, two rows for each pair, one per direction. */
export interface DefaultLinkBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: DefaultLink[];
}

export interface DomainBody {
  limit?: number | string | null;
  requestOptions?: DomainOptions | null;
  offset?: DomainOffset | null;
}

export interface DomainOffset {
  companyId?: number | string | null;
}

export interface DomainOptions {
  properties?: string[] | null;
}

/** A batch that leaves nothing to show. */
export interface EmptyBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: Record[];
}

/** What all kinds have. `timestamp` is milliseconds. */
export interface EngagementInput {
  type?: string | null;
  ownerId?: string | number | null;
  timestamp?: unknown;
}

export interface EngagementLinks {
  contactIds?: (string | number)[] | null;
  companyIds?: (string | number)[] | null;
  dealIds?: (string | number)[] | null;
  ticketIds?: (string | number)[] | null;
}

export interface EraseBody {
  objectId: string | number;
  idProperty?: string | null;
}

/** Ids that were erased, and those that are not in the recycle bin. */
export interface Erased {
  erased: string[];
  missing: string[];
}

/** Every refusal. `correlationId` is also in the headers and the log; some errors have no `category`. */
export interface Error {
  status: string;
  message: string;
  correlationId?: string;
  category?: string;
  subCategory?: string;
  context?: { [name: string]: string[] };
  errors?: ErrorDetail[];
  links?: { [name: string]: string };
  errorType?: string;
  policyName?: string;
  requestId?: string;
  error?: string;
  errorDescription?: string;
}

/** One of several things that are wrong. */
export interface ErrorDetail {
  message: string;
  code?: string;
  context?: { [name: string]: string[] };
}

/** One record and those from which it is to be separated. */
export interface FanInput {
  from: IdInput;
  to: IdInput[];
}

export interface FansBody {
  inputs: FanInput[];
}

export interface FilterGroup {
  filters?: FilterInput[] | null;
}

export interface FilterInput {
  propertyName: string;
  operator: string;
  value?: unknown;
  highValue?: unknown;
  values?: unknown[] | null;
}

/** A record as a list of several types shows it. */
export interface Found {
  objectType: string;
  objectTypeId: string;
  id: string;
  title: string;
  detail: string;
  updatedAt: string;
}

export interface FoundList {
  results: Found[];
}

/** A record that can have no more links. */
export interface FullRecord {
  objectId: number;
  label: string;
}

export interface GroupCreateBody {
  name: string;
  label: string;
  displayOrder?: number | null;
}

export interface GroupUpdateBody {
  label?: string | null;
  displayOrder?: number | null;
}

/** The process answers. */
export interface Health {
  status: string;
}

export interface IdInput {
  id: string | number;
}

/** An instant in milliseconds, as the dated versions of one call write it. */
export interface InstantParts {
  value: number;
  dateOnly: boolean;
  timeZoneShift: number;
}

/** `active` is false for a token that is unknown, expired or revoked; then nothing else is said. */
export interface Introspection {
  active: boolean;
  token_use?: string;
  token?: string;
  user?: string;
  hub_domain?: string;
  scopes?: string[];
  hub_id?: number;
  user_id?: number;
  token_type?: string;
  is_private_distribution?: boolean;
  expires_in?: number;
  client_id?: string;
  app_id?: number;
}

/** A new access token; `expires_in` is seconds. `id_token` is there for the scope `openid`. */
export interface IssuedToken {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  token_type: string;
  token_use: string;
  hub_id: number;
  user_id: number;
  scopes: string[];
  id_token?: string;
}

/** Limits of standard object types one by one, and of custom ones together. */
export interface KindLimits {
  hubspotDefinedObjectTypes: KindShare[];
  customObjectTypes: OverallUsage;
}

/** An object type and what its records are called. */
export interface KindName {
  objectTypeId: string;
  singularLabel: string;
  pluralLabel: string;
}

/** What is used of the limit of one object type. */
export interface KindShare {
  objectTypeId: string;
  singularLabel: string;
  pluralLabel: string;
  limit: number;
  usage: number;
  percentage: number;
}

/** What one object type uses of a common limit. */
export interface KindUsage {
  objectTypeId: string;
  singularLabel: string;
  pluralLabel: string;
  usage: number;
}

export interface LabelBody {
  associationTypeId: number | string;
  label: string | null;
  inverseLabel?: string | null;
}

/** The labels of one direction. */
export interface LabelLimit {
  fromObjectType: KindName;
  toObjectType: KindName;
  limit: number;
  usage: number;
  percentage: number;
  allLabels: string[];
}

export interface LabelLimitList {
  results: LabelLimit[];
}

export interface LabelsBody {
  singular?: string | null;
  plural?: string | null;
}

/** A type and how many records of the other type one record may be linked to by it. */
export interface LimitInput {
  category: string;
  typeId: number | string;
  maxToObjectIds: number;
}

/** A limit and what is used of it; `percentage` is from 0 to 100. */
export interface LimitShare {
  limit: number;
  usage: number;
  percentage: number;
}

/** A type whose limit is to be taken away. */
export interface LimitTypeInput {
  category: string;
  typeId: number | string;
}

export interface LimitTypesBody {
  inputs: LimitTypeInput[];
}

/** How much of a limit a call took. */
export interface LimitUse {
  name: string;
  used: number;
  limit: number;
}

export interface LimitsBody {
  inputs: LimitInput[];
}

export interface LinkBody {
  link: string;
}

/** A type of links that a schema allows, in one direction. */
export interface LinkDefinition {
  id: string;
  fromObjectTypeId: string;
  toObjectTypeId: string;
  name: string | null;
  createdAt?: string;
  updatedAt?: string;
}

/** Whom a link is for; `first`: for whoever becomes the first user. */
export interface LinkFacts {
  email: string | null;
  firstName: string;
  lastName: string;
  first: boolean;
  expiresAt: string;
}

/** A record and the records that it is linked to. */
export interface LinkFan {
  from: RecordId;
  to: LinkTarget[];
  paging?: Paging;
}

/** Links of several records; a record without any is among the errors. */
export interface LinkFanBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: LinkFan[];
}

/** Two records and the wanted types between them. */
export interface LinkInput {
  from: IdInput;
  to: IdInput;
  types: SpecInput[];
}

/** How many records of the other type one record may be linked to by a type. A change is answered without label. */
export interface LinkLimit {
  category: string;
  typeId: number;
  label?: string | null;
  userEnforcedMaxToObjectIds: number;
}

export interface LinkLimitBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: LinkLimit[];
}

export interface LinkLimitList {
  results: LinkLimit[];
}

/** A type by category and id. */
export interface LinkSpec {
  associationCategory: string;
  associationTypeId: number;
}

/** A linked record and every type between the two. */
export interface LinkTarget {
  toObjectId: string | number;
  associationTypes: LinkType[];
}

/** Linked records in order of id. */
export interface LinkTargetPage {
  results: LinkTarget[];
  paging?: Paging;
}

/** A type between two records as seen from the first; `label` is null for the plain one. */
export interface LinkType {
  category: string;
  typeId: number;
  label: string | null;
}

export interface LinkTypeList {
  results: LinkType[];
}

/** Two records that were linked, and the texts of the labels between them. */
export interface Linked {
  fromObjectTypeId: string;
  fromObjectId: string | number;
  toObjectTypeId: string;
  toObjectId: string | number;
  labels: string[];
}

/** Pairs of records that were linked. */
export interface LinkedBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: Linked[];
}

export interface LinksBody {
  inputs: LinkInput[];
}

/** A call and how it was answered. Bytes are those of the whole bodies. */
export interface LoggedCall {
  id: string;
  at: string;
  method: string;
  path: string;
  query: string;
  status: number;
  ms: number;
  correlationId: string;
  requestBytes: number;
  responseBytes: number;
  token?: LoggedToken;
  error?: LoggedError;
}

/** Calls, newest first; `oldest` and `latest` are the numbers that the log holds. */
export interface LoggedCallPage {
  results: LoggedCall[];
  latest: string;
  oldest?: string;
}

/** What the answer of a refused call says. */
export interface LoggedError {
  category?: string;
  message?: string;
}

export interface LoggedOperation {
  key: string;
  summary: string;
}

/** Whose token a call carried; `hint` is its end. */
export interface LoggedToken {
  name: string;
  kind: "oauth" | "private_app" | "process" | "session";
  hint?: string;
  userId?: string;
}

/** The account in the oldest form of the call. */
export interface Me {
  portalId: number;
  timeZone: string;
  accountType: string;
  currency: string;
  utcOffset: string;
  utcOffsetMilliseconds: number;
}

export interface MergeBody {
  primaryObjectId: string | number;
  objectIdToMerge: string | number;
}

/** What may be changed about a property. */
export interface ModificationMetadata {
  archivable: boolean;
  readOnlyDefinition: boolean;
  readOnlyOptions: boolean;
  readOnlyValue: boolean;
}

/** One property of a record; null says nothing about it. */
export interface NameValueInput {
  name: string;
  value?: unknown;
}

/** Two records and the v3 name of the type between them. */
export interface NamedLink {
  from: RecordId;
  to: RecordId;
  type: string;
}

export interface NamedLinkBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: NamedLink[];
}

/** A record and its links, a row per type. */
export interface NamedLinkFan {
  from: RecordId;
  to: RecordLink[];
  paging?: Paging;
}

export interface NamedLinkFanBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: NamedLinkFan[];
}

/** Two records and the v3 name, or the id, of the type between them. */
export interface NamedLinkInput {
  from: IdInput;
  to: IdInput;
  type: string | number;
}

/** A type under the name that v3 calls it by. */
export interface NamedLinkType {
  id: string;
  name: string;
}

export interface NamedLinkTypeList {
  results: NamedLinkType[];
}

export interface NamedLinksBody {
  inputs: NamedLinkInput[];
}

/** A record that can have few more links. */
export interface NearRecord {
  objectId: number;
  label: string;
  usage: number;
  percentage: number;
}

export interface NewEngagementBody {
  engagement: EngagementInput;
  associations?: EngagementLinks | null;
  attachments?: AttachmentInput[] | null;
  metadata?: { [name: string]: unknown } | null;
}

export interface NewLabelBody {
  name: string | null;
  label: string | null;
  inverseLabel?: string | null;
}

/** The only answer that holds the secret. */
export interface NewOAuthApp {
  id: string;
  clientId: string;
  name: string;
  redirectUris: string[];
  scopes: string[];
  hasPublicKey: boolean;
  createdAt: string;
  revokedAt?: string;
  clientSecret: string;
}

/** The only answer that holds the token itself. */
export interface NewPrivateToken {
  id: string;
  name: string;
  hint: string;
  scopes: string[];
  createdAt: string;
  revokedAt?: string;
  token: string;
}

export interface NewSignInLink {
  link: SignInLink;
}

export interface NewUser {
  user: User;
  link: SignInLink;
}

/** Where the next page starts. Send `after` back as it is; `link` carries the rest of the query along. */
export interface NextPage {
  after: string;
  link?: string;
}

/** A program that people may give access to the account. Without scopes it may ask for every scope. */
export interface OAuthApp {
  id: string;
  clientId: string;
  name: string;
  redirectUris: string[];
  scopes: string[];
  hasPublicKey: boolean;
  createdAt: string;
  revokedAt?: string;
}

export interface OAuthAppList {
  results: OAuthApp[];
}

export interface ObjectId {
  id?: string | number | null;
}

/** What defines an object type. The answer to a change has neither properties nor associations. */
export interface ObjectSchema {
  id: string;
  objectTypeId: string;
  fullyQualifiedName: string;
  name: string;
  labels: SchemaLabels;
  description?: string;
  primaryDisplayProperty: string | null;
  secondaryDisplayProperties: string[];
  requiredProperties: string[];
  searchableProperties: string[];
  properties?: Property[];
  associations?: LinkDefinition[];
  archived: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface ObjectSchemaBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: ObjectSchema[];
}

export interface ObjectSchemaList {
  results: ObjectSchema[];
}

export interface OlderCompanyBody {
  properties: NameValueInput[];
}

export interface OlderContactBody {
  properties: ContactValueInput[];
}

/** A contact of a batch: a known one by its number or address, or a new one. */
export interface OlderContactInput {
  vid?: string | number | null;
  email?: string | null;
  properties: ContactValueInput[];
}

export interface OlderDealBody {
  properties?: NameValueInput[] | null;
  associations?: DealLinks | null;
}

export interface OlderEngagementBody {
  engagement?: EngagementInput;
  associations?: EngagementLinks | null;
  attachments?: AttachmentInput[] | null;
  metadata?: { [name: string]: unknown } | null;
}

export interface OlderIdsBody {
  ids: (string | number)[];
}

/** Two records and the id of the association type from the first to the second. */
export interface OlderLinkBody {
  fromObjectId: string | number;
  toObjectId: string | number;
  category?: string | null;
  definitionId: number | string;
}

/** An open record that has waited long. */
export interface OldestRecord {
  id: string;
  subject?: string;
  createdAt: string;
  pipelineId: string;
  stageId: string;
  ownerId?: string;
}

export interface OneTokenForm {
  token?: string | null;
  token_type_hint?: string | null;
  client_id?: string | null;
  client_secret?: string | null;
  client_assertion?: string | null;
  client_assertion_type?: string | null;
}

export interface OptionBody {
  label: string;
  value: unknown;
  displayOrder?: number | null;
  hidden?: boolean | null;
  description?: string | null;
}

/** A limit for all object types together and one for each. */
export interface OverallLimits {
  overallLimit: number;
  overallUsage: number;
  overallPercentage: number;
  byObjectType: KindShare[];
}

/** A limit that all object types share. */
export interface OverallUsage {
  overallLimit: number;
  overallUsage: number;
  overallPercentage: number;
  byObjectType: KindUsage[];
}

/** A person or queue to whom records belong. Records hold `id`, not `userId`. */
export interface Owner {
  id: string;
  email: string | null;
  type: string;
  firstName: string;
  lastName: string;
  userId?: number;
  userIdIncludingInactive?: number;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  teams?: Team[];
}

export interface OwnerCreateBody {
  email: string;
  firstName?: string | null;
  lastName?: string | null;
  type?: string | null;
}

export interface OwnerPage {
  results: Owner[];
  paging?: Paging;
}

export interface OwnerUpdateBody {
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  archived?: boolean | null;
}

/** A record whose links are wanted, from a cursor on. */
export interface PageInput {
  id: string | number;
  after?: string | number | null;
}

export interface PagesBody {
  inputs: PageInput[];
}

/** Present only when there are more results. */
export interface Paging {
  next: NextPage;
}

/** Two records. */
export interface PairInput {
  from: IdInput;
  to: IdInput;
}

export interface PairsBody {
  inputs: PairInput[];
}

export interface PasswordBody {
  currentPassword: string;
  newPassword: string;
}

/** A value that a property had, newest first, and who wrote it. */
export interface PastValue {
  value: string;
  timestamp: string;
  sourceType: string;
  sourceId?: string;
  sourceLabel?: string;
  updatedByUserId?: number;
}

/** A sequence of stages. */
export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: Stage[];
  createdAt: string;
  updatedAt: string;
  archived: boolean;
}

/** A change of a pipeline or stage; `rawObject` is JSON as text. */
export interface PipelineAudit {
  portalId: number;
  identifier: string;
  action: string;
  timestamp: string;
  message: string;
  rawObject: string;
  fromUserId?: number;
}

export interface PipelineAuditList {
  results: PipelineAudit[];
}

export interface PipelineBody {
  label: string;
  displayOrder: number;
  stages: StageBody[];
  pipelineId?: string | null;
}

export interface PipelineList {
  results: Pipeline[];
}

export interface PipelineUpdateBody {
  label?: string | null;
  displayOrder?: number | null;
  archived?: boolean | null;
}

/** What a private app's token allows. */
export interface PrivateAppInfo {
  userId: number;
  hubId: number;
  appId: number;
  scopes: string[];
}

/** What private apps used of the calls of a day. */
export interface PrivateAppUsage {
  name: string;
  usageLimit: number;
  currentUsage: number;
  collectedAt: string;
  fetchStatus: string;
  resetsAt: string;
}

export interface PrivateAppUsageList {
  results: PrivateAppUsage[];
}

/** A token of a private app; `hint` is its end. */
export interface PrivateToken {
  id: string;
  name: string;
  hint: string;
  scopes: string[];
  createdAt: string;
  revokedAt?: string;
}

export interface PrivateTokenList {
  results: PrivateToken[];
}

/** The definition of a property. */
export interface Property {
  name: string;
  label: string;
  type: string;
  fieldType: string;
  description: string;
  groupName: string;
  options: PropertyOption[];
  displayOrder: number;
  calculated: boolean;
  externalOptions: boolean;
  hasUniqueValue: boolean;
  hidden: boolean;
  hubspotDefined: boolean;
  modificationMetadata: ModificationMetadata;
  formField: boolean;
  dataSensitivity: string;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
  createdUserId?: string;
  updatedUserId?: string;
  referencedObjectType?: string;
  calculationFormula?: string;
  showCurrencySymbol?: boolean;
  currencyPropertyName?: string;
  numberDisplayHint?: string;
  textDisplayHint?: string;
  dateDisplayHint?: string;
}

/** Property definitions of a batch. */
export interface PropertyBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: Property[];
}

export interface PropertyBatchCreateBody {
  inputs: PropertyCreateBody[];
}

export interface PropertyBatchNamesBody {
  inputs: PropertyNameBody[];
}

export interface PropertyBatchReadBody {
  inputs: PropertyNameBody[];
  archived?: boolean | null;
  dataSensitivity?: string | null;
}

export interface PropertyCreateBody {
  label: string | null;
  type: string | null;
  fieldType: string | null;
  groupName: string | null;
  description?: string | null;
  options?: OptionBody[] | null;
  displayOrder?: number | null;
  hidden?: boolean | null;
  formField?: boolean | null;
  calculationFormula?: string | null;
  showCurrencySymbol?: boolean | null;
  currencyPropertyName?: string | null;
  numberDisplayHint?: string | null;
  textDisplayHint?: string | null;
  name: string;
  hasUniqueValue?: boolean | null;
  externalOptions?: boolean | null;
  referencedObjectType?: string | null;
  dateDisplayHint?: string | null;
  dataSensitivity?: string | null;
}

/** A heading under which properties are shown. */
export interface PropertyGroup {
  name: string;
  label: string;
  displayOrder: number;
  archived: boolean;
}

export interface PropertyGroupList {
  results: PropertyGroup[];
}

export interface PropertyList {
  results: Property[];
}

export interface PropertyNameBody {
  name: string;
}

/** One of the values that an enumeration allows. */
export interface PropertyOption {
  label: string;
  value: string;
  description: string;
  displayOrder: number;
  hidden: boolean;
}

/** A property with all its rules. */
export interface PropertyRules {
  propertyName: string;
  propertyValidationRules: ValidationRule[];
}

export interface PropertyRulesList {
  results: PropertyRules[];
}

/** What a PATCH may change; other keys of a property are passed over. */
export interface PropertyUpdateBody {
  label?: string | null;
  type?: string | null;
  fieldType?: string | null;
  groupName?: string | null;
  description?: string | null;
  options?: OptionBody[] | null;
  displayOrder?: number | null;
  hidden?: boolean | null;
  formField?: boolean | null;
  calculationFormula?: string | null;
  showCurrencySymbol?: boolean | null;
  currencyPropertyName?: string | null;
  numberDisplayHint?: string | null;
  textDisplayHint?: string | null;
}

/** The store can be read. */
export interface Readiness {
  status: string;
  accounts: number;
}

/** A ticket, contact, company or any other kind of record. Values are texts, whatever the type of the property. */
export interface Record {
  id: string;
  properties: { [name: string]: string | null };
  propertiesWithHistory?: { [name: string]: PastValue[] };
  associations?: { [name: string]: RecordLinkPage };
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
  url: string;
  objectWriteTraceId?: string;
  new?: boolean;
  warnings?: Warning[];
}

/** Records of a batch, each with the values that were asked for or written. */
export interface RecordBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: Record[];
}

export interface RecordId {
  id: string;
}

/** A linked record; one row per type between the two records. */
export interface RecordLink {
  id: string;
  type: string;
}

/** Links of one record to records of one type. */
export interface RecordLinkPage {
  results: RecordLink[];
  paging?: Paging;
}

/** A page of records in order of id. */
export interface RecordPage {
  results: Record[];
  paging?: Paging;
}

export interface RuleBody {
  ruleArguments: string[];
  shouldApplyNormalization?: boolean | null;
}

export interface SchemaAssociationBody {
  fromObjectTypeId: string;
  toObjectTypeId: string;
  name?: string | null;
}

export interface SchemaBatchReadBody {
  inputs: (string | SchemaIdBody)[];
  includePropertyDefinitions?: boolean | null;
  includeAssociationDefinitions?: boolean | null;
  includeAuditMetadata?: boolean | null;
}

export interface SchemaCreateBody {
  labels: LabelsBody | null;
  description?: string | null;
  primaryDisplayProperty?: string | null;
  secondaryDisplayProperties?: string[] | null;
  requiredProperties?: string[] | null;
  searchableProperties?: string[] | null;
  name: string;
  properties?: SchemaPropertyBody[] | null;
  associatedObjects?: string[] | null;
}

export interface SchemaIdBody {
  id: string;
}

/** What the records of an object type are called. */
export interface SchemaLabels {
  singular: string;
  plural: string;
}

/** A property of a new object; its group is the object's own unless it says otherwise. */
export interface SchemaPropertyBody {
  label: string | null;
  type: string | null;
  fieldType: string | null;
  groupName?: string | null;
  description?: string | null;
  options?: OptionBody[] | null;
  displayOrder?: number | null;
  hidden?: boolean | null;
  formField?: boolean | null;
  calculationFormula?: string | null;
  showCurrencySymbol?: boolean | null;
  currencyPropertyName?: string | null;
  numberDisplayHint?: string | null;
  textDisplayHint?: string | null;
  name: string;
  hasUniqueValue?: boolean | null;
  externalOptions?: boolean | null;
  referencedObjectType?: string | null;
  dateDisplayHint?: string | null;
  dataSensitivity?: string | null;
}

export interface SchemaUpdateBody {
  labels?: LabelsBody | null;
  description?: string | null;
  primaryDisplayProperty?: string | null;
  secondaryDisplayProperties?: string[] | null;
  requiredProperties?: string[] | null;
  searchableProperties?: string[] | null;
}

export interface ScopeList {
  results: ScopeName[];
}

export interface ScopeName {
  name: string;
}

export interface SearchBody {
  filterGroups?: FilterGroup[] | null;
  filters?: FilterInput[] | null;
  query?: string | null;
  sorts?: (string | SortInput)[] | null;
  properties?: string[] | null;
  limit?: number | string | null;
  after?: number | string | null;
}

/** A page of what a search found; `total` counts all of it. */
export interface SearchPage {
  total: number;
  results: Record[];
  paging?: Paging;
}

/** A short access token with the scopes of the user's role. `expiresIn` is seconds. */
export interface SessionToken {
  accessToken: string;
  tokenType: string;
  expiresIn: number;
  scopes: string[];
  user: User;
  accountId: number;
}

export interface SignInBody {
  email: string;
  password: string;
}

/** With it a user chooses a password, once. `path` is to be put behind the server's address. */
export interface SignInLink {
  token: string;
  path: string;
  expiresAt: string;
}

/** Ways to sign in. */
export interface SignInOffer {
  demoSignIn: boolean;
  hasUsers: boolean;
  minimumPasswordLength: number;
}

/** The session is in the cookie. */
export interface SignedIn {
  user: User;
}

export interface SortInput {
  propertyName?: string | null;
  direction?: string | null;
}

/** One wanted type. */
export interface SpecInput {
  associationCategory: string;
  associationTypeId: number | string;
}

/** A stage of a pipeline; `metadata.ticketState` or `metadata.isClosed` says whether it ends the work. */
export interface Stage {
  id: string;
  label: string;
  displayOrder: number;
  metadata: { [name: string]: string };
  writePermissions: string;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
}

export interface StageBody {
  label: string;
  displayOrder: number;
  metadata?: { [name: string]: unknown } | null;
  archived?: boolean | null;
  stageId?: string | null;
}

/** How many records stand in an open stage. */
export interface StageCount {
  pipelineId: string;
  stageId: string;
  count: number;
}

export interface StageList {
  results: Stage[];
}

export interface StageUpdateBody {
  label?: string | null;
  displayOrder?: number | null;
  metadata?: { [name: string]: unknown } | null;
  archived?: boolean | null;
}

/** Figures of the home screen. `days` has every day, the oldest first. */
export interface Statistics {
  openByStage: StageCount[];
  days: DayCount[];
  timeToClose: CloseTimes;
  oldestOpen: OldestRecord[];
  open: number;
  unassigned: number;
  asOf: string;
}

/** A kind of event that an app wants to hear of. */
export interface Subscription {
  id: string;
  eventType: string;
  active: boolean;
  createdAt: string;
  updatedAt: string;
  propertyName?: string;
  objectTypeId?: string;
}

/** Subscriptions that a batch switched. */
export interface SubscriptionBatch {
  status: string;
  numErrors?: number;
  errors?: Error[];
  requestedAt?: string;
  startedAt: string;
  completedAt: string;
  links?: { [name: string]: string };
  results: Subscription[];
}

export interface SubscriptionBatchBody {
  inputs: SubscriptionSwitchBody[];
}

export interface SubscriptionBody {
  eventType: string;
  propertyName?: string | null;
  objectTypeId?: string | null;
  active?: boolean | null;
}

export interface SubscriptionList {
  results: Subscription[];
}

export interface SubscriptionSwitchBody {
  id: unknown;
  active: boolean;
}

export interface SubscriptionUpdateBody {
  active?: boolean | null;
}

export interface Team {
  id: string;
  name: string;
  primary: boolean;
}

/** How many requests to the app may be under way at once. */
export interface Throttling {
  maxConcurrentRequests: number;
}

export interface ThrottlingBody {
  maxConcurrentRequests: number;
  period?: string | null;
}

export interface TokenCreateBody {
  name: string;
  scopes: string[];
}

/** What a token allows and whose it is. */
export interface TokenFacts {
  token: string;
  user: string;
  hub_domain: string;
  scopes: string[];
  hub_id: number;
  user_id: number;
  token_type: string;
  is_private_distribution: boolean;
  expires_in?: number;
  app_id?: number;
  client_id?: string;
}

export interface TokenForm {
  grant_type?: string | null;
  client_id?: string | null;
  client_secret?: string | null;
  code?: string | null;
  redirect_uri?: string | null;
  code_verifier?: string | null;
  refresh_token?: string | null;
  scope?: string | null;
  client_assertion?: string | null;
  client_assertion_type?: string | null;
}

export interface TokenKeyBody {
  tokenKey: string;
}

export interface UpdateBody {
  properties: { [name: string]: string | number | boolean | null };
}

/** For whom a report was ordered, and when. */
export interface UsageReport {
  userId: number;
  userEmail: string;
  enqueueTime: string | InstantParts;
}

/** Somebody who signs in. `ownerId` is what records hold, `id` what their history names. */
export interface User {
  id: string;
  ownerId?: string;
  email: string;
  firstName: string;
  lastName: string;
  role: "admin" | "agent" | "read-only";
  state: "active" | "disabled" | "invited";
  createdAt: string;
  lastSignInAt?: string;
}

export interface UserCreateBody {
  email: string;
  role: string;
  firstName?: string | null;
  lastName?: string | null;
}

export interface UserPage {
  results: User[];
  paging?: Paging;
}

export interface UserUpdateBody {
  firstName?: string | null;
  lastName?: string | null;
  role?: string | null;
  disabled?: boolean | null;
}

/** What a value of a property must keep; the arguments mean what the type of the rule says. */
export interface ValidationRule {
  ruleType: string;
  ruleArguments: string[];
  shouldApplyNormalization?: boolean;
}

export interface ValidationRuleList {
  results: ValidationRule[];
}

/** A saved view. `definition.filterGroups` is what the search takes; the rest is up to whoever shows it. */
export interface View {
  id: string;
  name: string;
  objectType: string;
  shared: boolean;
  builtIn: boolean;
  ownedByMe: boolean;
  definition: { [name: string]: unknown };
  createdAt?: string;
  updatedAt?: string;
}

export interface ViewCreateBody {
  name: string;
  definition: { [name: string]: unknown };
  shared?: boolean;
}

export interface ViewList {
  results: View[];
}

export interface ViewUpdateBody {
  name?: string | null;
  definition?: { [name: string]: unknown } | null;
  shared?: boolean | null;
}

/** What the server changed in a value before it kept it. */
export interface Warning {
  category: string;
  message: string;
  context?: { [name: string]: string };
}

/** Where all events of an app go. */
export interface WebhookSettings {
  targetUrl: string;
  throttling: Throttling;
  createdAt: string;
  updatedAt: string;
}

export interface WebhookSettingsBody {
  targetUrl: string;
  throttling: ThrottlingBody;
}

/** A call with headers and bodies, secrets masked. Any one of `scopesNeeded` opens it. */
export interface WholeLoggedCall {
  id: string;
  at: string;
  method: string;
  path: string;
  query: string;
  status: number;
  ms: number;
  correlationId: string;
  requestBytes: number;
  responseBytes: number;
  token?: LoggedToken;
  error?: LoggedError;
  requestHeaders: { [name: string]: string };
  responseHeaders: { [name: string]: string };
  requestBody?: string;
  responseBody?: string;
  requestCut: boolean;
  responseCut: boolean;
  operation?: LoggedOperation;
  scopesNeeded: string[];
  scopesHeld: string[];
  limits: LimitUse[];
}
