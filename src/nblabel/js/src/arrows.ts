/** Fetched where a task has relations, or one is begun. */

export { Arrows, List } from "./views/relations";
export { default as styles } from "./views/relations.css";
