const PATHS = {
  previous: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  undo: "M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6",
  redo: "m10 3 3 3-3 3m3-3H7a4 4 0 0 0 0 8h3",
  help: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM6 6.2a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1v.4M8 11.8v.1",
  settings:
    "M2 5h7m4 0h1M2 11h1m4 0h7M9 5a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM3 11a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z",
  full: "M9.5 2.5h4v4m0-4-5 5m-2 6h-4v-4m0 4 5-5",
  hide: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM6 8a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  remove: "m4 4 8 8m0-8-8 8",
  accept: "m3 8.5 3.5 3.5L13 4.5",
  side: "M2 3h12v10H2zM10 3v10",
  relate: "M2.5 5.5h4v4h-4zM9.5 9.5h4v4h-4zM4.5 5.5c0-3 7-4 7 3m-2-1.5 2 2 2-2",
  turn: "M4 6h8m-2.5-2.5L12 6 9.5 8.5M12 11H4m2.5-2.5L4 11l2.5 2.5",
  order: "M2 4h12M4 8h8M6 12h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
