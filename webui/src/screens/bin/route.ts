import type { ScreenRoute } from "../../app/routes";

export const routes: ScreenRoute[] = [
  {
    path: "/bin",
    load: () => import("./Bin"),
    navigation: { to: "/bin", label: "bin:navigation", icon: "bin", order: 60, key: "d" },
  },
];
