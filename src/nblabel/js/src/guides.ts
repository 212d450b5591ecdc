/** Fetched where an Image has a grid or a cross-hair, a band is drawn or the keyboard's cursor is placed on it. */
export * from "./stage/image/guides";
