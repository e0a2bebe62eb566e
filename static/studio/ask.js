// What the studio asks of the API: the very one that everybody's scripts use, with the session of the page.

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value

// What was answered: `data`, and the `etag` to send back as `If-Match`. A refusal is thrown as a `Problem`.
export async function ask(method, path, { json, form, headers = {}, signal } = {}) {
  const sent = { Accept: "application/json", ...headers }
  if (method !== "GET") sent["X-CSRFToken"] = token()
  if (json !== undefined) sent["Content-Type"] = "application/json"
  let answer
  try {
    answer = await fetch(path, { method, headers: sent, body: json === undefined ? form : JSON.stringify(json), signal })
  } catch (error) {
    if (error.name === "AbortError") throw error
    throw new Problem(0, { code: "unreachable" })
  }
  const data = await answer.json().catch(() => null)
  if (!answer.ok) throw new Problem(answer.status, data, answer.headers.get("Retry-After"))
  return { data, etag: answer.headers.get("ETag"), status: answer.status }
}

// `status` 0: nothing was heard of the site. `detail` is in the words of the page's language.
export class Problem extends Error {
  constructor(status, data, wait) {
    super(data?.detail ?? "")
    Object.assign(this, { status, code: data?.code ?? "", errors: data?.errors ?? {}, wait: Number(wait) || 0, data })
  }
}
