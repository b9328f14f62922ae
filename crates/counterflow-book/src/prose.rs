//! Markdown to HTML: model text falls out, citations lead to the bibliography, names of variables to their place.

use counterflow::Project;
use counterflow::report::words::slug;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};

use crate::addresses::{Addresses, variant_page};

/// Turns the Markdown of one page into HTML.
pub struct Prose<'a> {
    /// Whose bibliography is cited.
    pub project: &'a Project,
    /// Where names and sources are told of.
    pub addresses: &'a Addresses,
    /// Where a link to another file of the repository leads on the site, if there.
    pub links: &'a dyn Fn(&str) -> Option<String>,
    /// What stands before the anchors of headings.
    pub prefix: &'a str,
    /// The HTML level of a first-level heading.
    pub top: usize,
    /// Whether model text stays: as an example, not as what the page typesets.
    pub keeps_model: bool,
}

impl Prose<'_> {
    /// The HTML of a text, without its first heading, which names the page.
    pub fn untitled(&self, text: &str) -> Markup {
        match text.trim_start().strip_prefix("# ") {
            Some(rest) => self.html(rest.split_once('\n').map_or("", |(_, rest)| rest)),
            None => self.html(text),
        }
    }

    /// The HTML of a text.
    pub fn html(&self, text: &str) -> Markup {
        let parser = TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_TABLES));
        let events = self.events(parser.collect());
        let mut page = String::new();
        pulldown_cmark::html::push_html(&mut page, events.into_iter());
        let page = page
            .replace("<table>", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>");
        PreEscaped(page.replace("</table>", "</table></div>"))
    }

    /// A claim's or experiment's text: one paragraph or point a line, citations with or without their sign.
    pub fn lines(&self, text: &str) -> Markup {
        self.html(&text.lines().map(|line| self.signed(line)).collect::<Vec<_>>().join("\n\n"))
    }

    /// `[key; other]` as `[@key; @other]`, where all are keys.
    fn signed(&self, line: &str) -> String {
        let mut text = String::new();
        let mut rest = line;
        while let Some((before, from)) = rest.split_once('[') {
            let Some((inside, after)) = from.split_once(']') else { break };
            let keys: Vec<&str> = inside.split(';').map(str::trim).collect();
            let known = keys.iter().all(|key| self.project.bibliography.contains_key(*key));
            let inside = if known { format!("@{}", keys.join("; @")) } else { inside.to_owned() };
            text.push_str(&format!("{before}[{inside}]"));
            rest = after;
        }
        text + rest
    }

    fn events<'t>(&self, events: Vec<Event<'t>>) -> Vec<Event<'t>> {
        let mut made = Vec::new();
        let mut in_model = false;
        let mut in_code = false;
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                    if info.starts_with("counterflow") && !self.keeps_model =>
                {
                    in_model = true;
                }
                Event::End(TagEnd::CodeBlock) if in_model => in_model = false,
                _ if in_model => {}
                Event::Start(Tag::CodeBlock(_)) => {
                    in_code = true;
                    made.push(event.clone());
                }
                Event::End(TagEnd::CodeBlock) => {
                    in_code = false;
                    made.push(event.clone());
                }
                Event::Text(text) if !in_code => made.extend(self.cited(text)),
                Event::Code(name) => made.push(self.code(name)),
                Event::Html(_) | Event::InlineHtml(_) => {}
                Event::Start(Tag::Heading { level, .. }) => {
                    let words = heading_words(&events[at + 1..]);
                    made.push(Event::Start(Tag::Heading {
                        level: self.level(*level),
                        id: Some(CowStr::from(format!("{}{}", self.prefix, slug(&words)))),
                        classes: Vec::new(),
                        attrs: Vec::new(),
                    }));
                }
                Event::End(TagEnd::Heading(level)) => made.push(Event::End(TagEnd::Heading(self.level(*level)))),
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => made.push(Event::Start(Tag::Link {
                    link_type: *link_type,
                    dest_url: self.link(dest_url),
                    title: title.clone(),
                    id: id.clone(),
                })),
                other => made.push(other.clone()),
            }
        }
        made
    }

    fn level(&self, level: HeadingLevel) -> HeadingLevel {
        HeadingLevel::try_from((level as usize + self.top - 1).min(6)).unwrap_or(level)
    }

    fn link<'t>(&self, address: &CowStr<'t>) -> CowStr<'t> {
        if address.contains("://") {
            address.clone()
        } else {
            (self.links)(address).map_or(address.clone(), CowStr::from)
        }
    }

    /// The name of a variable leads to its place, that of a variant to its text; a name that is both leads nowhere.
    fn code<'t>(&self, name: &CowStr<'t>) -> Event<'t> {
        let slot = self.project.slots.iter().find(|slot| slot.variants.iter().any(|variant| variant.name == **name));
        let variant = slot.map(|slot| format!("{}#variant-{name}", variant_page(&slot.name)));
        let variable = self.addresses.named(name).filter(|_| !name.contains(' ')).map(str::to_owned);
        match (variable, variant) {
            (Some(address), None) | (None, Some(address)) => {
                Event::InlineHtml(CowStr::from(html! { a href=(address) { code { (name) } } }.into_string()))
            }
            _ => Event::Code(name.clone()),
        }
    }

    /// A text with its citations as links.
    fn cited<'t>(&self, text: &str) -> Vec<Event<'t>> {
        let mut made = Vec::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("[@") {
            let Some((inside, after)) = from.split_once(']') else { break };
            let keys: Vec<&str> = inside.split(';').map(|key| key.trim().trim_start_matches('@')).collect();
            made.push(Event::Text(CowStr::from(before.to_owned())));
            made.push(Event::InlineHtml(CowStr::from(self.citation(&keys).into_string())));
            rest = after;
        }
        made.push(Event::Text(CowStr::from(rest.to_owned())));
        made
    }

    /// Links to sources, in brackets.
    pub fn citation(&self, keys: &[&str]) -> Markup {
        html! {
            "("
            @for (i, key) in keys.iter().enumerate() { @if i > 0 { "; " } (source_link(self.project, self.addresses, key)) }
            ")"
        }
    }
}

/// A source's short name, as a link to its entry; the plain key if there is none.
pub fn source_link(project: &Project, addresses: &Addresses, key: &str) -> Markup {
    match project.bibliography.get(key) {
        Some(source) => html! { a href=(addresses.source(key)) title=(source.title) { (source.short_name()) } },
        None => html! { (key) },
    }
}

/// Links to several sources.
pub fn source_links(project: &Project, addresses: &Addresses, keys: &[String]) -> Markup {
    html! { @for (i, key) in keys.iter().enumerate() { @if i > 0 { "; " } (source_link(project, addresses, key)) } }
}

fn heading_words(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_and_names_become_links_and_model_text_falls_out() {
        let project = Project::bundled().unwrap();
        let model = project.model().unwrap();
        let addresses = Addresses::new(&project, model, "sources.html", &|_| "page.html".into(), &|_| String::new());
        let (key, variable) = (project.bibliography.keys().next().unwrap(), &model.variables[0].name);
        let nowhere = |_: &str| None;
        let prose = Prose {
            project: &project,
            addresses: &addresses,
            links: &nowhere,
            prefix: "p-",
            top: 2,
            keeps_model: false,
        };
        let text =
            format!("# Title\n\nSaid [@{key}] of `{variable}`.\n\n## Two words\n\n```counterflow\nunit x\n```\n");
        let page = prose.untitled(&text).into_string();
        assert!(page.contains(&format!("sources.html#s-{key}")), "{page}");
        assert!(page.contains(&format!("page.html#v-{variable}")), "{page}");
        assert!(
            page.contains("<h3 id=\"p-two-words\">") && !page.contains("unit x") && !page.contains("Title"),
            "{page}"
        );
        assert!(prose.lines(&format!("A point [{key}].")).into_string().contains("sources.html#s-"));
    }
}
