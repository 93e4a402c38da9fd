/** OAuth apps as admins manage them. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { AppCreateBody, AppUpdateBody, NewOAuthApp, OAuthApp, OAuthAppList } from "./schema";

const ROOT = "/spokedesk/v1/apps";

/** The apps of the account, also those that were revoked. */
export const useApps = () => useQuery({ queryKey: ["apps"], queryFn: ({ signal }) => api<OAuthAppList>(ROOT, { signal }) });

export const createApp = (form: AppCreateBody) => api<NewOAuthApp>(ROOT, { method: "POST", body: form });

export const updateApp = (id: string, changes: AppUpdateBody) => api<OAuthApp>(`${ROOT}/${id}`, { method: "PATCH", body: changes });

export const revokeApp = (id: string) => api<undefined>(`${ROOT}/${id}`, { method: "DELETE" });
