// Changes of state: JSON, with the token that only our own pages can read from its cookie.

const token = () => /(?:^|;\s*)_csrf_token=([^;]+)/.exec(document.cookie)?.[1] ?? "";

/** fetch() of a POST with a JSON body; a token that has grown old is answered with a new one, and asked once more. */
export async function post(path, body, options = {}) {
  const send = () =>
    fetch(path, {
      ...options,
      method: "POST",
      headers: { "content-type": "application/json", "x-csrftoken": token() },
      body: JSON.stringify(body),
    });
  const shown = token();
  const answer = await send();
  return answer.status === 403 && token() !== shown ? send() : answer;
}
