//! A model as a static site: a chapter for each sector, what is in dispute, how it stands against the record, and the
//! reference. Pages are a function of the compiled model, of runs and of texts; nothing here reads or writes files.
//!
//! [`Material::gather`] makes the runs, [`book`] the pages. A link that leads nowhere is an error.

mod addresses;
mod chapter;
mod diagram;
mod material;
mod math;
mod pages;
mod prose;
mod site;
mod uses;

use counterflow::Problem;

pub use addresses::page_of;
pub use material::{DOCUMENTS, GLOSSARY, Material, PUBLISHED};
pub use site::{File, broken_links};

/// All files of the site; `index.html` is the first page.
///
/// # Errors
/// If the model or a published model does not compile, and every link that leads nowhere.
pub fn book(material: &Material<'_>) -> Result<Vec<File>, Vec<Problem>> {
    let library = pages::Library::new(material)?;
    let files = library.files();
    let broken = broken_links(&files);
    if broken.is_empty() { Ok(files) } else { Err(broken.into_iter().map(|text| Problem::new("book", text)).collect()) }
}
