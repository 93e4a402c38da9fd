import type { ScreenRoute } from "../../app/routes";

export const routes: ScreenRoute[] = [
  {
    path: "/",
    load: () => import("./Home"),
    navigation: { to: "/", label: "home:navigation", icon: "home", order: 10, key: "h" },
  },
];
