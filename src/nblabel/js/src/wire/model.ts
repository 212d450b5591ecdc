/** The part of anywidget's model that the editor uses. */
export interface AnyModel {
  get(trait: string): unknown;
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
  widget_manager?: { get_model?(id: string): Promise<RawModel> };
}

/** The host's own model, which knows whether its kernel is still there. */
export interface RawModel {
  comm_live?: boolean;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}
