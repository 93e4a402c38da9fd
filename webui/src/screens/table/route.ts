import type { ScreenRoute } from "../../app/routes";

const load = () => import("./Table");

export const routes: ScreenRoute[] = [
  {
    path: "/tickets",
    load,
    navigation: { to: "/tickets", label: "table:tickets", icon: "table", order: 30, key: "t" },
  },
  {
    path: "/contacts",
    load,
    navigation: { to: "/contacts", label: "table:contacts", icon: "person", order: 40, key: "p" },
  },
  {
    path: "/companies",
    load,
    navigation: { to: "/companies", label: "table:companies", icon: "company", order: 50, key: "f" },
  },
];
