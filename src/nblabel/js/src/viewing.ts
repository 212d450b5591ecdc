/** Fetched where an Image shows several pictures, or lets its light be changed. */
export { Light, Pages } from "./tags/_image-viewing";
export { default as styles } from "./tags/_image-viewing.css";
