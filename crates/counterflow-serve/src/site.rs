//! The page's files: those in the binary, or those of a folder.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

mod built {
    include!(concat!(env!("OUT_DIR"), "/site.rs"));
}

/// Largest file of a folder that is served, in bytes.
const LARGEST: u64 = 64 << 20;

/// What a browser sees that was not built.
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Counterflow</title>\n\
    <h1>The page is not in this program</h1>\n\
    <p>It was built without it. In the source, <code>cargo xtask web</code> builds the page (it needs Node.js); after that\n\
    <code>cargo run --release -- serve</code> has it, and <code>counterflow serve --site web/dist</code> takes a folder.</p>\n\
    <p>The interface is here all the same: <a href=\"api/v1/openapi.json\">its document</a>.</p>\n</html>\n";

/// Where the page's files are.
#[derive(Clone, Debug)]
pub enum Site {
    /// In the binary.
    Embedded,
    /// In a folder.
    Folder(PathBuf),
}

/// A file with its type.
#[derive(Debug)]
pub struct Served {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: &'static str,
    /// Whether its name changes with its bytes, so that it may be kept for ever.
    pub lasting: bool,
}

impl Site {
    /// Whether there is a page to serve.
    pub fn is_built(&self) -> bool {
        match self {
            Site::Embedded => !built::FILES.is_empty(),
            Site::Folder(folder) => folder.join("index.html").is_file(),
        }
    }

    /// The file of a path below the site, as an address has it; `None` if there is none.
    pub fn file(&self, path: &str) -> Option<Served> {
        let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
        let bytes = match self {
            Site::Embedded if built::FILES.is_empty() && path == "index.html" => Cow::Borrowed(NOT_BUILT.as_bytes()),
            Site::Embedded => Cow::Borrowed(built::FILES.iter().find(|(known, _)| *known == path)?.1),
            Site::Folder(folder) => Cow::Owned(read_below(folder, &path)?),
        };
        Some(Served { bytes, media_type: media_type(&path), lasting: path.starts_with("assets/") })
    }
}

/// A file below a folder; nothing that a path leads out to.
fn read_below(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let path = Path::new(path);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    // Links may lead out of the folder, and then are not served.
    let (folder, found) = (folder.canonicalize().ok()?, folder.join(path).canonicalize().ok()?);
    if !found.starts_with(&folder) || !found.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(found).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_a_folder_are_served() {
        let folder = Site::Folder(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"));
        let served = folder.file("site.rs").expect("this file");
        assert!(served.bytes.starts_with(b"//! The page's files") && !served.lasting);
        for path in ["../Cargo.toml", "/etc/hostname", "src/../../Cargo.toml", "none.rs", "", ".", "site.rs/"] {
            assert!(folder.file(path).is_none(), "{path}");
        }
    }

    #[test]
    fn a_program_without_the_page_says_how_to_get_it() {
        let served = Site::Embedded.file("").expect("some page");
        assert_eq!(served.media_type, "text/html; charset=utf-8");
        assert_eq!(Site::Embedded.is_built(), !served.bytes.starts_with(NOT_BUILT.as_bytes()));
    }
}
