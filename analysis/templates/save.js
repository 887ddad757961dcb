// Makes the links that save a panel as SVG (in the colours that are on the screen) and a figure's data as CSV. Without
// scripts they stay hidden; the PDFs and the data itself are on the page all the same.
function offer(link, kind, make) {
  link.hidden = false;
  link.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([make()], {type: kind}));
    link.href = url;
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  });
}
for (const link of document.querySelectorAll("a.save-svg")) {
  offer(link, "image/svg+xml", () => {
    const drawn = link.closest("figure").querySelector("svg").cloneNode(true);
    const style = getComputedStyle(document.documentElement);
    drawn.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    drawn.setAttribute("style", "font-family: sans-serif; background: " + style.getPropertyValue("--page").trim());
    return drawn.outerHTML
        .replace(/var\((--series-\d+),[^)]*\)/g, (_, name) => style.getPropertyValue(name).trim())
        .replaceAll("currentColor", style.getPropertyValue("--ink").trim());
  });
}
for (const link of document.querySelectorAll("a.save-csv"))
  offer(link, "text/csv", () => link.closest("details").querySelector("pre").textContent);
