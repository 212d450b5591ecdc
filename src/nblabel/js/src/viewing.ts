/** Fetched where an Image shows several pictures, or lets its light or its turn be changed, or cannot be shown. */
export { Light, Missing, Pages, rotate, Turns } from "./tags/_image-viewing";
export { default as styles } from "./tags/_image-viewing.css";
