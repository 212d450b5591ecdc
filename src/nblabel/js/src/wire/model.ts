/** The part of anywidget's model that the editor uses. */
export interface AnyModel {
  get(trait: string): unknown;
  /** Says it to this page's copy, which is what a notebook saves; the kernel does not hear it. */
  set?(trait: string, value: unknown): void;
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
  /** Some hosts tell by a promise, and not by throwing, that it did not go out. */
  send(content: unknown, callbacks?: undefined, buffers?: readonly Uint8Array[]): unknown;
  widget_manager?: { get_model?(id: string): Promise<RawModel> };
}

/** The host's own model, which knows whether its kernel is still there. */
export interface RawModel {
  comm_live?: boolean;
  /** In JupyterLab, Notebook and voila. */
  readonly widget_manager?: {
    readonly kernel?: { readonly connectionStatus?: string } | null;
  };
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}
