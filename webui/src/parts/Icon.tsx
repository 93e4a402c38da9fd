/** Line icons on a grid of 24, drawn for this program. Decoration only: whatever uses one has a name of its own. */
const PATHS = {
  home: "M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-6h4v6",
  board: "M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v11h-4z",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20a7.500 7.500 0 0 1 15 0",
  company: "M5 20V5h9v15M14 10h5v10M3.500 20h17M8 9h3M8 12.500h3M8 16h3",
  bin: "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 11v5.500M13.500 11v5.500",
  log: "M5 5h14v14H5zM8.500 9.500l2.500 2.500-2.500 2.500M13 14.500h3",
  settings: "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5M15 7m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M9 12m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M13 17m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.500l4.500 4.500L19 7.500",
  close: "M6 6l12 12M18 6L6 18",
  warning: "M12 4l9 16H3zM12 10v4.500M12 17.200v.1",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  down: "M7 10l5 5 5-5",
  up: "M7 14l5-5 5 5",
  left: "M14 7l-5 5 5 5",
  right: "M10 7l5 5-5 5",
  move: "M4 12h15M13 6l6 6-6 6",
  filter: "M4 6h16l-6.500 7.500V19l-3-1.500v-4z",
  columns: "M4 5h16v14H4zM9.500 5v14M14.500 5v14",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  restore: "M5 12a7 7 0 1 1 2 5M5 18v-4.500h4.500",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600l1.400 1.400M17 17l1.400 1.400M5.600 18.400L7 17M17 7l1.400-1.400",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  keyboard: "M3 7h18v10H3zM6.500 10.500v.01M10 10.500v.01M13.500 10.500v.01M17 10.500v.01M8 14h8",
  signout: "M14 5H5v14h9M10 12h10M16.500 8.500L20 12l-3.500 3.500",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1-1",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4.500l3 2",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8.500 9h7M8.500 12.500h4",
  mail: "M4 6h16v12H4zM4 7l8 6.500L20 7",
  phone: "M6 4h4l1.500 5-2.500 1.500a11 11 0 0 0 4.500 4.500L15 12.500l5 1.500v4a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z",
  calendar: "M4 6h16v14H4zM4 10.500h16M8.500 3.500V8M15.500 3.500V8",
  task: "M4 4h16v16H4zM8 12.500l3 3 5-6.500",
  history: "M4.500 12a7.500 7.500 0 1 0 2.500-5.500M4.500 4v4h4M12 8v4.500l3 2",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9M18 12v4M15 12v3",
  live: "M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM8 16a5.500 5.500 0 0 1 0-8M16 8a5.500 5.500 0 0 1 0 8M5.300 18.700a9.500 9.500 0 0 1 0-13.400M18.700 5.300a9.500 9.500 0 0 1 0 13.400",
  play: "M7 5l12 7-12 7z",
  merge: "M6 4v4a6 6 0 0 0 6 6v6M18 4v4a6 6 0 0 1-6 6M9 17l3 3 3-3",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  grip: "M9 6v.01M9 12v.01M9 18v.01M15 6v.01M15 12v.01M15 18v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={["more", "grip"].includes(name) ? 2.6 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
