//! The readable page, made of the document: plain HTML in the shop's style, no scripts, nothing from elsewhere.

use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute;
use serde_json::{Map, Value};

use super::document::is_method;
use super::kinds;

pub fn page(document: &Value, shop: &str, stylesheet: &str) -> String {
    let (shop, stylesheet) = (encode_double_quoted_attribute(shop), encode_double_quoted_attribute(stylesheet));
    let mut body = String::new();
    let about = text(&document["info"]["description"]);
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let contents: String = tags.iter().map(|tag| text(&tag["name"])).fold(String::new(), |mut out, name| {
        let _ = write!(out, r##"<li><a href="#{}">{name}</a></li>"##, anchor(&name));
        out
    });
    for tag in tags {
        section(&mut body, document, tag);
    }
    shapes(&mut body, document);
    problems(&mut body);
    format!(
        r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · {shop}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body>
<a class="skip-link" href="#main">Skip to content</a>
<main id="main" class="api-docs" tabindex="-1">
<header class="page-head">
<p class="crumb"><a href="/">{shop}</a></p>
<h1>API</h1>
<p class="page-intro">{about}</p>
<p>For programs, the same as an OpenAPI document: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="On this page"><ul class="api-contents">{contents}<li><a href="#shapes">Shapes</a></li><li><a href="#problems">Problems</a></li></ul></nav>
{body}</main>
</body>
</html>
"##
    )
}

fn section(out: &mut String, document: &Value, tag: &Value) {
    let name = text(&tag["name"]);
    let _ = write!(
        out,
        "<section class=\"section\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>\n<p>{}</p>\n",
        text(&tag["description"]),
        id = anchor(&name),
    );
    for (path, item) in object(&document["paths"]) {
        for (method, operation) in object(item).filter(|(m, _)| is_method(m)) {
            if operation["tags"].as_array().is_some_and(|tags| tags.contains(&tag["name"])) {
                one_operation(out, document, path, method, operation);
            }
        }
    }
    out.push_str("</section>\n");
}

fn one_operation(out: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let _ = write!(
        out,
        "<article class=\"api-operation\">\n<h3>{}</h3>\n<p><code>{} {}</code> <span>for {}</span></p>\n",
        text(&operation["summary"]),
        method.to_uppercase(),
        encode_double_quoted_attribute(path),
        callers(operation)
    );
    for paragraph in text(&operation["description"]).split("\n\n").filter(|p| !p.is_empty()) {
        let _ = writeln!(out, "<p>{paragraph}</p>");
    }
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = parameters.iter().map(|p| {
        let required = p["required"] == true;
        let about = p["description"].as_str().or(p["schema"]["description"].as_str()).unwrap_or_default();
        (p["name"].as_str().unwrap_or_default(), kind_of(&p["schema"]), required, about)
    });
    let summary = text(&operation["summary"]);
    fields(out, &format!("Parameters: {summary}"), Some("Parameters"), rows.collect());
    for (kind, content) in object(&operation["requestBody"]["content"]) {
        let _ = writeln!(
            out,
            "<p>Body, <code>{}</code>: {}</p>",
            encode_double_quoted_attribute(kind),
            kind_of(&content["schema"])
        );
        let name = content["schema"]["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        if let Some(schema) = name.map(|name| &document["components"]["schemas"][name]) {
            fields(out, &format!("Body: {summary}"), None, properties(schema));
        }
    }
    answers(out, operation);
    out.push_str("</article>\n");
}

fn answers(out: &mut String, operation: &Value) {
    let mut errors = Vec::new();
    for (code, response) in object(&operation["responses"]) {
        if code.starts_with('2') {
            let content = object(&response["content"]);
            let shape: String = content.map(|(_, content)| kind_of(&content["schema"])).collect();
            let shape = if shape.is_empty() { "nothing" } else { &shape };
            let _ = writeln!(out, "<p>Answers <code>{}</code>: {shape}.</p>", encode_double_quoted_attribute(code));
        } else {
            errors.push(format!(
                "<code>{}</code> {}",
                encode_double_quoted_attribute(code),
                linked(&text(&response["description"]))
            ));
        }
    }
    let _ = writeln!(out, "<p class=\"api-errors\">Or a problem: {}.</p>", errors.join("; "));
}

/// Who may call.
fn callers(operation: &Value) -> &'static str {
    let security = operation["security"].as_array().map(Vec::as_slice).unwrap_or_default();
    match security {
        [first, ..] if first["session"].as_array().is_some_and(|roles| !roles.is_empty()) => {
            "staff, and programs with a key"
        }
        [first, second] if first["session"].is_array() && second["key"].is_array() => {
            "whoever is signed in, and programs with a key"
        }
        [first, ..] if first["session"].is_array() => "whoever is signed in",
        _ => "anybody",
    }
}

/// The names of problems in a response's description, as links to them.
fn linked(said: &str) -> String {
    said.split_inclusive([' ', ',', ':'])
        .map(|word| {
            let name = word.trim_end_matches([' ', ',', ':']);
            if kinds::ALL.iter().any(|k| k.name == name) {
                format!("<a href=\"#{name}\">{name}</a>{}", &word[name.len()..])
            } else {
                word.to_owned()
            }
        })
        .collect()
}

fn shapes(out: &mut String, document: &Value) {
    out.push_str("<section class=\"section\" aria-labelledby=\"shapes\">\n<h2 id=\"shapes\">Shapes</h2>\n");
    for (name, schema) in object(&document["components"]["schemas"]) {
        let _ = writeln!(
            out,
            "<article class=\"api-operation\">\n<h3 id=\"shape-{0}\">{0}</h3>",
            encode_double_quoted_attribute(name)
        );
        if let Some(about) = schema["description"].as_str() {
            let _ = writeln!(out, "<p>{}.</p>", encode_double_quoted_attribute(about));
        }
        let rows = properties(schema);
        if rows.is_empty() {
            let _ = writeln!(out, "<p>{}</p>", kind_of(schema));
        }
        fields(out, &format!("Fields of {}", encode_double_quoted_attribute(name)), None, rows);
        out.push_str("</article>\n");
    }
    out.push_str("</section>\n");
}

fn problems(out: &mut String) {
    out.push_str("<section class=\"section\" aria-labelledby=\"problems\">\n<h2 id=\"problems\">Problems</h2>\n");
    out.push_str(
        "<p>The <code>type</code> of a problem is this page's address with its name.</p>\n<dl class=\"api-answers\">\n",
    );
    for kind in kinds::ALL {
        let _ = writeln!(
            out,
            "<div id=\"{0}\"><dt><code>{1} {0}</code></dt><dd>{2}. {3}</dd></div>",
            kind.name,
            kind.status.as_u16(),
            encode_double_quoted_attribute(kind.title),
            encode_double_quoted_attribute(kind.about)
        );
    }
    out.push_str("</dl>\n</section>\n");
}

type Row<'a> = (&'a str, String, bool, &'a str);

fn properties(schema: &Value) -> Vec<Row<'_>> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    object(&schema["properties"])
        .map(|(name, property)| {
            let needed = required.iter().any(|r| r == name);
            (name, kind_of(property), needed, property["description"].as_str().unwrap_or_default())
        })
        .collect()
}

/// `label` is the table's name among all of the page's, already escaped.
fn fields(out: &mut String, label: &str, caption: Option<&str>, rows: Vec<Row<'_>>) {
    if rows.is_empty() {
        return;
    }
    // Wide tables scroll by themselves, also by keyboard. A group, since dozens of landmarks would lead nowhere.
    let _ = writeln!(out, "<div class=\"api-table\" role=\"group\" aria-label=\"{label}\" tabindex=\"0\"><table>");
    if let Some(caption) = caption {
        let _ = writeln!(out, "<caption>{caption}</caption>");
    }
    out.push_str("<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Kind</th><th scope=\"col\">About</th></tr></thead>\n<tbody>\n");
    for (name, kind, required, about) in rows {
        let optional = if required { "" } else { ", optional" };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{kind}{optional}</td><td>{}</td></tr>",
            encode_double_quoted_attribute(name),
            encode_double_quoted_attribute(about)
        );
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// A schema in a few words.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return format!("<a href=\"#shape-{0}\">{0}</a>", encode_double_quoted_attribute(name));
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(any) = schema[choice].as_array() {
            return any.iter().map(kind_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|w| format!("<code>{}</code>", text(w))).collect::<Vec<_>>().join(", ");
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        kind => text(kind),
    };
    let of = if schema["items"].is_object() { format!(" of {}", kind_of(&schema["items"])) } else { String::new() };
    let format = schema["format"]
        .as_str()
        .filter(|f| !f.starts_with("int"))
        .map(|f| format!(" ({})", encode_double_quoted_attribute(f)));
    let range = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(from), Value::Number(to)) => format!(", {from} to {to}"),
        (Value::Number(from), _) => format!(", from {from}"),
        _ => String::new(),
    };
    let length = match (&schema["minLength"], &schema["maxLength"]) {
        (Value::Number(from), Value::Number(to)) => format!(", {from} to {to} characters"),
        (_, Value::Number(to)) => format!(", at most {to} characters"),
        _ => String::new(),
    };
    format!("{kinds}{of}{}{range}{length}", format.unwrap_or_default())
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn text(value: &Value) -> String {
    encode_double_quoted_attribute(value.as_str().unwrap_or_default()).into_owned()
}
