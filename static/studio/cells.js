// The list of works, written in place. Without this it is one form with a Save button.

import { handle } from "./cells/keys.js";
import { Row } from "./cells/row.js";

const table = document.getElementById("result_list")
const lines = table ? [...table.querySelectorAll("tr[data-work]")] : []
const rows = lines.map((line) => new Row(line))
rows.forEach((row, index) => handle(row, rows[index + 1]))

if (rows.length && rows.length === table.tBodies[0].querySelectorAll("[data-cell=title]").length) {
  document.querySelector("#changelist-form input[name=_save]")?.setAttribute("hidden", "")
}

addEventListener("beforeunload", (event) => { if (rows.some((row) => row.unsaved)) event.preventDefault() })
