import type { ScreenRoute } from "../../app/routes";

const pipelines = () => import("./PipelineSettings");
const properties = () => import("./PropertySettings");
const labels = () => import("./LabelSettings");

export const routes: ScreenRoute[] = [
  {
    path: "/settings",
    load: pipelines,
    navigation: { to: "/settings", label: "settings:navigation", icon: "settings", order: 80, scope: "spokedesk.admin", key: "s" },
  },
  { path: "/settings/pipelines/:objectType?", load: pipelines },
  { path: "/settings/properties/:objectType?", load: properties },
  { path: "/settings/groups/:objectType?", load: () => import("./GroupSettings") },
  { path: "/settings/labels/:from?/:to?", load: labels },
  { path: "/settings/tokens", load: () => import("./TokenSettings") },
  { path: "/settings/apps", load: () => import("./AppSettings") },
  { path: "/settings/users", load: () => import("./UserSettings") },
  { path: "/settings/owners", load: () => import("./OwnerSettings") },
  { path: "/settings/webhooks", load: () => import("./WebhookSettings") },
];
