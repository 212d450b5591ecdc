/** What is fetched only where choices are in a list that opens. */
export { Select } from "./tags/_select";
