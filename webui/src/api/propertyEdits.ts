/** Definitions of properties as admins change them. */
import { api } from "./client";
import type { Property, PropertyCreateBody, PropertyUpdateBody } from "./schema";

const rootOf = (objectType: string) => `/crm/v3/properties/${encodeURIComponent(objectType)}`;
const pathOf = (objectType: string, name: string) => `${rootOf(objectType)}/${encodeURIComponent(name)}`;

export const createProperty = (objectType: string, body: PropertyCreateBody) =>
  api<Property>(rootOf(objectType), { method: "POST", body });

export const updateProperty = (objectType: string, name: string, body: PropertyUpdateBody) =>
  api<Property>(pathOf(objectType, name), { method: "PATCH", body });

export const archiveProperty = (objectType: string, name: string) =>
  api<undefined>(pathOf(objectType, name), { method: "DELETE" });
