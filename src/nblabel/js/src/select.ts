/** What is fetched only where choices are in a list that opens, or chosen and not in the config. */
export { Select, styles, Unknown } from "./tags/_select";
