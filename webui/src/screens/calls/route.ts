import type { ScreenRoute } from "../../app/routes";

const load = () => import("./Calls");

export const routes: ScreenRoute[] = [
  {
    path: "/calls",
    load,
    navigation: { to: "/calls", label: "calls:navigation", icon: "log", order: 70, scope: "spokedesk.admin", key: "l" },
  },
  { path: "/calls/:callId", load },
];
