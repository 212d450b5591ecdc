/** The text at an address of the web; what it returns stops it. */
export function readWeb(
  url: string,
  come: (text: string) => void,
  failed: (sentence: string) => void,
): () => void {
  const stop = new AbortController();
  fetch(url, { signal: stop.signal, referrerPolicy: "no-referrer" })
    .then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      return answer.text();
    })
    .then(come)
    .catch((error: Error) => {
      if (!stop.signal.aborted) failed(`the text at ${url} cannot be read: ${error.message}`);
    });
  return () => stop.abort();
}
