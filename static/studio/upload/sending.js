import { Problem } from "../ask.js";

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value

// One file on its way, as `ask` does it otherwise: fetch() cannot say how much has been sent.
export function send(method, path, form, { headers = {}, signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, path)
    const sent = { Accept: "application/json", "X-CSRFToken": token(), ...headers }
    for (const [name, value] of Object.entries(sent)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total)
    request.onerror = request.onabort = () => reject(new Problem(0, { code: "unreachable" }))
    request.onload = () => {
      const data = answerOf(request)
      if (request.status < 300 && data) resolve(data)
      else reject(new Problem(request.status, data, request.getResponseHeader("Retry-After")))
    }
    if (signal.aborted) return request.onabort()
    signal.addEventListener("abort", () => request.abort(), { once: true })
    request.send(form)
  })
}

function answerOf(request) {
  try { return JSON.parse(request.responseText) } catch { return null } // a page, of a proxy perhaps
}

// A file that was moved or changed since it was chosen looks like a lost connection.
export const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false)

export const isSiteThere = () => fetch("/livez").then((answer) => answer.ok, () => false)
