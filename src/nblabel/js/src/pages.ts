/** Fetched where an Image shows several pictures. */
export { Pages } from "./tags/_image-pages";
export { default as styles } from "./tags/_image-pages.css";
