import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { ApiError } from "./errors";
import type { Subscription, SubscriptionList, WebhookSettings } from "./schema";

const rootOf = (appId: string) => `/webhooks/v3/${encodeURIComponent(appId)}`;

/** Where the events of an app go; null as long as they go nowhere. */
async function readSettings(appId: string, signal: AbortSignal): Promise<WebhookSettings | null> {
  try {
    return await api<WebhookSettings>(`${rootOf(appId)}/settings`, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const useWebhookSettings = (appId: string) =>
  useQuery({ queryKey: ["webhooks", appId, "settings"], queryFn: ({ signal }) => readSettings(appId, signal), enabled: appId !== "" });

export const useSubscriptions = (appId: string) =>
  useQuery({
    queryKey: ["webhooks", appId, "subscriptions"],
    queryFn: ({ signal }) => api<SubscriptionList>(`${rootOf(appId)}/subscriptions`, { signal }),
    enabled: appId !== "",
  });

export const replaceWebhookSettings = (appId: string, targetUrl: string, maxConcurrentRequests: number) =>
  api<WebhookSettings>(`${rootOf(appId)}/settings`, { method: "PUT", body: { targetUrl, throttling: { maxConcurrentRequests } } });

export const removeWebhookSettings = (appId: string) => api<undefined>(`${rootOf(appId)}/settings`, { method: "DELETE" });

export interface SubscriptionForm {
  eventType: string;
  propertyName?: string;
  objectTypeId?: string;
  active: boolean;
}

export const createSubscription = (appId: string, form: SubscriptionForm) =>
  api<Subscription>(`${rootOf(appId)}/subscriptions`, { method: "POST", body: form });

export const switchSubscription = (appId: string, id: string, active: boolean) =>
  api<Subscription>(`${rootOf(appId)}/subscriptions/${id}`, { method: "PATCH", body: { active } });

export const removeSubscription = (appId: string, id: string) =>
  api<undefined>(`${rootOf(appId)}/subscriptions/${id}`, { method: "DELETE" });
