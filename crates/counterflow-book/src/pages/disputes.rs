//! Parts in dispute: each slot with its competing texts side by side.

use counterflow::variants::{Slot, Variant};
use counterflow_model::SectorId;
use maud::{Markup, html};

use super::{DISPUTE, Library, Shelf};
use crate::addresses::{SOURCES, page_of, variant_page};
use crate::chapter::Chapter;
use crate::site::Page;

impl Library<'_> {
    /// A page for each slot.
    pub fn disputes(&self) -> Vec<Page> {
        let page = |slot: &Slot| Page {
            file: variant_page(&slot.name),
            title: format!("Variants: {}", slot.name.replace('_', " ")),
            part: DISPUTE,
            content: self.slot(slot),
        };
        self.material.project.slots.iter().map(page).collect()
    }

    fn slot(&self, slot: &Slot) -> Markup {
        html! {
            p {
                "Competing texts for one part of the model. They offer the same outputs; a run takes one of them and nothing is averaged. "
                "Unless told otherwise it takes " strong { (slot.taken().name.replace('_', " ")) } "; "
                code { "--variant " (slot.name) "=NAME" } " takes another."
            }
            div class="side-by-side" {
                @for (position, variant) in slot.variants.iter().enumerate() {
                    article aria-labelledby={ "variant-" (variant.name) } {
                        h2 id={ "variant-" (variant.name) } {
                            (variant.title)
                            @if position == slot.chosen { " " small { "taken unless told otherwise" } }
                        }
                        (self.variant(variant, position == slot.chosen))
                    }
                }
            }
        }
    }

    fn variant(&self, variant: &Variant, is_taken: bool) -> Markup {
        let prefix = format!("{}-", variant.name);
        if is_taken {
            return self.main.sectors(|path| path == variant.path).first().map_or(html! {}, |sector| {
                Chapter { material: Some(self.material), ..self.main.chapter(*sector, &prefix, 3) }.content()
            });
        }
        let Some(project) = self.material.variants.get(&variant.path) else { return html! {} };
        let own = |path: &str| if path == variant.path { prefix.clone() } else { String::new() };
        match Shelf::new(project, SOURCES, &page_of, &own) {
            Ok(shelf) => {
                let sectors: Vec<SectorId> = shelf.sectors(|path| path == variant.path);
                html! { @for sector in sectors { (shelf.chapter(sector, &prefix, 3).content()) } }
            }
            // `Library::new` has seen that all of them compile.
            Err(_) => html! {},
        }
    }
}
