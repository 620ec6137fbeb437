//! A diagram as a picture of its own, for export.

use std::fmt::Write;

use crate::Diagram;

/// The colours of a picture, each as CSS writes it (`#1b4b8a`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramColours {
    /// Behind everything.
    pub background: String,
    /// Of boxes.
    pub fill: String,
    /// Around boxes.
    pub stroke: String,
    /// Of the box that the page is about.
    pub focus_fill: String,
    /// Around it.
    pub focus_stroke: String,
    /// Of letters.
    pub text: String,
    /// Of arrows.
    pub line: String,
}

impl Default for DiagramColours {
    /// Dark on light.
    fn default() -> Self {
        let colour = |text: &str| text.to_owned();
        Self {
            background: colour("#fdfdfb"),
            fill: colour("#f4f4f0"),
            stroke: colour("#b9b9b0"),
            focus_fill: colour("#dfe9f5"),
            focus_stroke: colour("#1f4e8c"),
            text: colour("#1d1d1b"),
            line: colour("#6b6b64"),
        }
    }
}

/// An SVG document without scripts, styles or anything to load. Labels and colours can hold anything: they end up as text.
pub fn to_svg(diagram: &Diagram, colours: &DiagramColours) -> String {
    let (width, height) = (diagram.width, diagram.height);
    let caption = escaped(&diagram.caption);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{caption}</title>\n\
         <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"{line}\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>\n",
        line = escaped(&colours.line),
        background = escaped(&colours.background),
    );
    for edge in &diagram.edges {
        let points: Vec<String> = edge.points.chunks_exact(2).map(|point| format!("{},{}", point[0], point[1])).collect();
        let thickness = 1.0 + f64::from(edge.weight.max(1)).log10().min(2.0) * 0.75;
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{thickness:.2}\" stroke-linejoin=\"round\" marker-end=\"url(#head)\"/>",
            points.join(" "),
            escaped(&colours.line)
        );
    }
    for node in &diagram.nodes {
        let (fill, stroke) = if node.focus { (&colours.focus_fill, &colours.focus_stroke) } else { (&colours.fill, &colours.stroke) };
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"{}\" stroke=\"{}\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"{}\" font-family=\"ui-monospace, monospace\" font-size=\"12\" text-anchor=\"middle\">{}</text>",
            node.x,
            node.y,
            node.width,
            node.height,
            escaped(fill),
            escaped(stroke),
            node.x + node.width / 2.0,
            node.y + node.height / 2.0 + 4.0,
            escaped(&colours.text),
            escaped(&node.label)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// As text or an attribute's value. What XML can't hold is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => safe.push(c),
        }
    }
    safe
}
