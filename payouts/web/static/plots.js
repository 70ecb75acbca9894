/* Draws each table that carries data-plot as a plot before it; the table stays, with the same figures and as
   the legend: the heads of its columns carry the colours.

   data-plot: "bars" (rows downwards), "columns" (rows to the right), "bar" (one row).
   th[data-series]: a column that is drawn, "stack" in the colour of its .dot, "line" as a line in percent.
   A cell's link is where a click on its segment leads. */
"use strict";
(() => {
  const INK = "#14201e", SOFT = "#4a5957", LINE = "#c3cecb";
  const FONT = getComputedStyle(document.body).fontFamily;

  const text = (cell) => cell.textContent.trim();
  const figure = (cell) => parseFloat(text(cell).replace(/[^0-9,-]/g, "").replace(",", ".")) || 0;
  const shown = (value, percent) => value.toLocaleString("vi-VN") + (percent ? " %" : "");

  const series = (table, upright) => [...table.tHead.rows[0].cells].flatMap((head, at) => {
    if (!head.dataset.series) return [];
    const cells = [...table.tBodies[0].rows].map((row) => row.cells[at]);
    const percent = head.dataset.series === "line";
    const data = cells.map((cell) => ({ value: figure(cell), href: cell.querySelector("a")?.href }));
    if (!percent && data.every((each) => each.value === 0)) return [];
    const common = { name: text(head), data, animation: false, tooltip: { valueFormatter: (value) => shown(value, percent) } };
    return [percent
      ? { ...common, type: "line", yAxisIndex: 1, color: INK, symbolSize: 7, lineStyle: { width: 2 } }
      : { ...common, type: "bar", stack: "all", color: getComputedStyle(head.querySelector(".dot")).backgroundColor, barMaxWidth: upright ? 46 : 18, itemStyle: { borderColor: "#fff", borderWidth: 1 } }];
  });

  const options = (table) => {
    const upright = table.dataset.plot === "columns";
    const names = [...table.tBodies[0].rows].map((row) => row.dataset.short || text(row.cells[0]));
    const drawn = series(table, upright);
    const style = { color: INK, fontFamily: FONT, fontSize: 13 };
    const category = { type: "category", data: names, axisLabel: { ...style, interval: 0, hideOverlap: upright }, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, inverse: !upright };
    const counts = { type: "value", minInterval: 1, axisLabel: { ...style, color: SOFT, hideOverlap: true, formatter: (value) => shown(value) }, splitLine: { lineStyle: { color: "#e3eae8" } } };
    const shares = { type: "value", max: 100, position: "right", axisLabel: { ...style, color: SOFT, formatter: "{value} %" }, splitLine: { show: false } };
    return {
      animation: false,
      textStyle: style,
      grid: { left: 4, right: upright ? 4 : 18, top: 6, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, textStyle: style, confine: true },
      xAxis: upright ? category : counts,
      yAxis: upright ? (drawn.some((each) => each.yAxisIndex) ? [counts, shares] : counts) : category,
      series: drawn,
    };
  };

  const draw = (table) => {
    const made = options(table);
    if (!made.series.length) return;
    const box = table.closest("[data-plotted]").querySelector(".plot");
    const upright = table.dataset.plot === "columns";
    box.hidden = false;
    box.style.height = `${upright ? 260 : 36 + 24 * made.yAxis.data.length}px`;
    const plot = echarts.init(box, null, { renderer: "svg" });
    plot.setOption(made);
    plot.on("click", (segment) => { if (segment.data?.href) location.assign(segment.data.href); });
    new ResizeObserver(() => plot.resize()).observe(box);
  };

  document.fonts.ready.then(() => document.querySelectorAll("table[data-plot]").forEach(draw));
})();
